import { pushImage } from '../../../client/images/push.ts';
import { text } from '../../../client/json.ts';
import {
  familiarName,
  parseReference,
  referenceString,
  withDefaultTag,
} from '../../../kit/reference/reference.ts';
import { command as define } from '../../command.ts';
import { bool, string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { copyToEngine, isEngineAddress } from '../../images/copy-to-engine.ts';
import { platformJson } from '../../images/platform.ts';
import { registryAuth } from '../../images/pull.ts';
import { jsonLines } from '../../progress/json-lines.ts';
import { showProgress } from '../../progress/show.ts';

export const command = define({
  usage: '[OPTIONS] [ssh://HOST|unix://PATH] NAME[:TAG]',
  arity: { min: 1, max: 2 },
  examples: ['minke push registry.example:5000/team/app:v1', 'minke push ssh://ada@web.example my-app:2'],
  completeArgs: ['images'],
  flags: {
    'all-tags': flag(bool, 'Every tag of the repository', { short: 'a' }),
    'disable-content-trust': flag(bool, 'Without effect', { default: true, hidden: true }),
    platform: flag(string, 'Only this platform of an image that has several (os[/arch[/variant]])'),
    quiet: flag(bool, 'Say only the name at the end', { short: 'q' }),
    referrers: flag(bool, 'Also what refers to it at the registries that it came from'),
  },
  async run(cli, { flags, args }) {
    const [first = '', second] = args;
    if (isEngineAddress(first)) {
      if (second === undefined) throw new Error(`which image goes to ${first}?`);
      await copyToEngine(cli, first, second);
      return 0;
    }
    if (second !== undefined)
      throw new Error(`${JSON.stringify(first)} is no address of an engine (ssh://HOST, unix://PATH)`);
    const parsed = parseReference(first);
    if (parsed.digest !== undefined) throw new Error('cannot push a digest reference');
    if (flags['all-tags'] && parsed.tag !== undefined)
      throw new Error("tag can't be used with --all-tags/-a");
    const name = flags['all-tags'] ? parsed : withDefaultTag(parsed);
    if (!flags['all-tags'] && parsed.tag === undefined && !flags.quiet)
      cli.out.line('Using default tag: latest');
    const response = await pushImage(await cli.client(), familiarName(name), {
      tag: name.tag ?? '',
      auth: await registryAuth(cli, name),
      platform: platformJson(flags.platform) ?? '',
      referrers: flags.referrers,
    });
    if (!flags.quiet) {
      await showProgress(response.body, cli.out);
      return 0;
    }
    for await (const message of jsonLines(response.body)) {
      const reason = text(message.error);
      if (reason !== '') throw new Error(reason);
    }
    cli.out.line(referenceString(name));
    return 0;
  },
});
