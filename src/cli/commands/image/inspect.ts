import { inspectImageText } from '../../../client/images/inspect.ts';
import { command as define } from '../../command.ts';
import { string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { inspectFormat } from '../../format/flags.ts';
import { platformJson } from '../../images/platform.ts';
import { inspectObjects } from '../../inspect/inspect.ts';

export const command = define({
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  arity: { min: 1 },
  examples: ["minke image inspect -f '{{.Config.Env}}' nginx"],
  completeArgs: ['images'],
  flags: {
    format: inspectFormat,
    platform: flag(string, 'Show this platform of an image that has several (os[/arch[/variant]])'),
  },
  async run(cli, { flags, args }) {
    const client = await cli.client();
    const platform = platformJson(flags.platform);
    return inspectObjects(cli, args, flags.format, async (name) => ({
      kind: 'image',
      source: await inspectImageText(client, name, platform),
    }));
  },
});
