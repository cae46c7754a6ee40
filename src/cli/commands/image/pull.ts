import { parseReference, referenceString, withDefaultTag } from '../../../kit/reference/reference.ts';
import { command as define } from '../../command.ts';
import { bool, string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { refuseContentTrust } from '../../images/content-trust.ts';
import { pullWithProgress } from '../../images/pull.ts';

export const command = define({
  usage: '[OPTIONS] NAME[:TAG|@DIGEST]',
  arity: { min: 1, max: 1 },
  examples: ['minke pull nginx:1.29'],
  completeArgs: ['images'],
  flags: {
    'all-tags': flag(bool, 'Every tag of the repository', { short: 'a' }),
    'disable-content-trust': flag(bool, 'Without a look at signatures', { default: true, hidden: true }),
    platform: flag(string, 'Platform of the image', { default: process.env.DOCKER_DEFAULT_PLATFORM ?? '' }),
    quiet: flag(bool, 'Say only the name at the end', { short: 'q' }),
  },
  async run(cli, { flags, changed, args }) {
    refuseContentTrust(cli.env, flags, changed);
    const [image = ''] = args;
    const parsed = parseReference(image);
    if (flags['all-tags'] && (parsed.tag !== undefined || parsed.digest !== undefined))
      throw new Error("tag can't be used with --all-tags/-a");
    const name = flags['all-tags'] ? parsed : withDefaultTag(parsed);
    if (!flags['all-tags'] && parsed.tag === undefined && parsed.digest === undefined && !flags.quiet)
      cli.out.line('Using default tag: latest');
    await pullWithProgress(cli, image, {
      platform: flags.platform,
      quiet: flags.quiet,
      all: flags['all-tags'],
      to: cli.out,
    });
    cli.out.line(referenceString(name));
    return 0;
  },
});
