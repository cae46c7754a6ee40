import { inspectVolumeText } from '../../../client/volumes/inspect.ts';
import { command as define } from '../../command.ts';
import { inspectFormat } from '../../format/flags.ts';
import { inspectObjects } from '../../inspect/inspect.ts';

export const command = define({
  usage: '[OPTIONS] VOLUME [VOLUME...]',
  arity: { min: 1 },
  examples: ["minke volume inspect -f '{{.Mountpoint}}' data"],
  completeArgs: ['volumes'],
  flags: { format: inspectFormat },
  async run(cli, { flags, args }) {
    const client = await cli.client();
    return inspectObjects(cli, args, flags.format, async (name) => ({
      kind: 'volume',
      source: await inspectVolumeText(client, name),
    }));
  },
});
