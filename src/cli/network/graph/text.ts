import { type Graph, type NetworkNode, networksOf } from './graph.ts';

function column(cells: readonly string[]): string[] {
  const width = Math.max(0, ...cells.map((cell) => cell.length));
  return cells.map((cell) => cell.padEnd(width));
}

const head = ({ name, driver, internal, subnets }: NetworkNode): string =>
  [name, driver, ...(internal ? ['internal'] : []), ...subnets].join('  ');

/** A tree: networks, and below each its containers with addresses, published ports and other networks. */
export function graphText(graph: Graph): string {
  const all = networksOf(graph);
  const blocks = graph.networks.map((network) => {
    const { members } = network;
    const names = column(members.map(({ name }) => name));
    const addresses = column(members.map((member) => member.addresses.join(' ')));
    const rows = members.map(({ container }, at) => {
      const ports = (graph.ports.get(container) ?? []).join(' ');
      const others = (all.get(container) ?? []).filter((name) => name !== network.name);
      const also = others.length === 0 ? '' : `also in ${others.join(', ')}`;
      const cells = [names[at], addresses[at], ports, also].filter(
        (cell) => cell !== undefined && cell !== '',
      );
      return `${at === members.length - 1 ? '└─' : '├─'} ${cells.join('  ')}`.trimEnd();
    });
    return [head(network), ...rows].join('\n');
  });
  return blocks.join('\n\n');
}
