import { saveImages } from '../../../client/images/save.ts';
import { command as define } from '../../command.ts';
import { deliver } from '../../files/sink.ts';
import { string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { slice } from '../../flags/list-kinds.ts';
import { platformArgument } from '../../images/platform.ts';

export const command = define({
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  arity: { min: 1 },
  examples: ['minke save -o images.tar nginx redis'],
  completeArgs: ['images'],
  flags: {
    output: flag(string, 'Write to this file, not to standard output', { short: 'o', complete: 'files' }),
    platform: flag(slice, 'Only this platform (os[/arch[/variant]])'),
  },
  async run(cli, { flags, args }) {
    const client = await cli.client();
    const platforms = flags.platform.map((platform) => platformArgument(platform) ?? '');
    await deliver(cli, flags.output, 'failed to save image', () => saveImages(client, args, platforms));
    return 0;
  },
});
