import { inspectNetworkText } from '../../../client/networks/inspect.ts';
import { command as define } from '../../command.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { inspectFormat } from '../../format/flags.ts';
import { inspectObjects } from '../../inspect/inspect.ts';

export const command = define({
  usage: '[OPTIONS] NETWORK [NETWORK...]',
  arity: { min: 1 },
  examples: [
    "minke network inspect -v -f '{{json .Status}}' back",
    "minke network inspect -f '{{range .Containers}}{{.Name}} {{end}}' back",
  ],
  completeArgs: ['networks'],
  flags: {
    format: inspectFormat,
    verbose: flag(bool, 'How many addresses are in use, too; services and tasks on it', { short: 'v' }),
  },
  async run(cli, { flags, args }) {
    const client = await cli.client();
    return inspectObjects(cli, args, flags.format, async (name) => ({
      kind: 'network',
      source: await inspectNetworkText(client, name, flags.verbose),
    }));
  },
});
