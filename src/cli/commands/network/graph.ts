import { writeFileSync } from 'node:fs';
import { listContainers } from '../../../client/containers/list.ts';
import { parseJson } from '../../../client/json.ts';
import { inspectNetworkText } from '../../../client/networks/inspect.ts';
import { listNetworks } from '../../../client/networks/list.ts';
import { command as define } from '../../command.ts';
import { string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { inOrder, networkNode } from '../../network/graph/graph.ts';
import { graphSvg } from '../../network/graph/svg.ts';
import { graphText } from '../../network/graph/text.ts';

const shown = ({
  IP,
  PrivatePort,
  PublicPort,
  Type,
}: {
  readonly IP: string;
  readonly PrivatePort: number;
  readonly PublicPort: number;
  readonly Type: string;
}): string => `${IP.includes(':') ? `[${IP}]` : IP}:${PublicPort}->${PrivatePort}/${Type}`;

export const command = define({
  usage: '[OPTIONS] [NETWORK...]',
  arity: { min: 0 },
  completeArgs: ['networks'],
  examples: [
    'minke network graph',
    'minke network graph --format svg --output networks.svg',
    'minke network graph shop',
  ],
  flags: {
    format: flag(string, 'text or svg', { default: 'text', complete: ['text', 'svg'] }),
    output: flag(string, 'File to write, instead of the terminal', { short: 'o' }),
  },
  async run(cli, { flags, args }) {
    const { format, output } = flags;
    if (format !== 'text' && format !== 'svg') throw new Error(`invalid format "${format}": text or svg`);
    const client = await cli.client();
    const names = args.length > 0 ? args : (await listNetworks(client)).map(({ Id }) => Id);
    const networks = await Promise.all(
      names.map(async (name) => networkNode(parseJson(await inspectNetworkText(client, name)))),
    );
    const containers = await listContainers(client, {});
    const ports = new Map(
      containers.map(({ Id, Ports }) => [Id, Ports.filter(({ PublicPort }) => PublicPort > 0).map(shown)]),
    );
    const graph = { networks: inOrder(networks), ports };
    const text = format === 'svg' ? graphSvg(graph).trimEnd() : graphText(graph);
    if (output === '') cli.out.line(text);
    else writeFileSync(output, `${text}\n`);
    return 0;
  },
});
