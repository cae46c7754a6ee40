import { inspectContainerText } from '../../../client/containers/inspect.ts';
import { command as define } from '../../command.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { inspectFormat } from '../../format/flags.ts';
import { inspectObjects } from '../../inspect/inspect.ts';

export const command = define({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  arity: { min: 1 },
  examples: ["minke container inspect -f '{{.State.Status}}' web"],
  completeArgs: ['containers'],
  flags: {
    format: inspectFormat,
    size: flag(bool, 'Sizes of files too', { short: 's' }),
  },
  async run(cli, { flags, args }) {
    const client = await cli.client();
    return inspectObjects(cli, args, flags.format, async (name) => ({
      kind: 'container',
      source: await inspectContainerText(client, name, flags),
    }));
  },
});
