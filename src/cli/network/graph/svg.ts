import { type Graph, type NetworkNode, networksOf } from './graph.ts';

const row = 26;
const gap = 18;
const left = { at: 20, width: 300 };
const right = { at: 480, width: 300 };
const width = right.at + right.width + 20;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (mark) => `&#${mark.codePointAt(0)};`);

interface Box {
  readonly top: number;
  readonly lines: readonly string[];
}

const height = ({ lines }: Box): number => 12 + lines.length * row;
const middle = (box: Box): number => box.top + height(box) / 2;

/** One below the other. */
function stacked(all: readonly (readonly string[])[]): Box[] {
  let top = 20;
  return all.map((lines) => {
    const box = { top, lines };
    top += height(box) + gap;
    return box;
  });
}

function drawn(box: Box, { at, width: wide }: { at: number; width: number }, kind: string): string {
  const texts = box.lines.map(
    (line, index) =>
      `<text x="${at + 12}" y="${box.top + 24 + index * row}" class="${index === 0 ? 'name' : 'more'}">${escaped(line)}</text>`,
  );
  const frame = `<rect x="${at}" y="${box.top}" width="${wide}" height="${height(box)}" rx="6" class="${kind}"/>`;
  return [frame, ...texts].join('\n');
}

const linesOf = ({ name, driver, internal, subnets }: NetworkNode): string[] => [
  name,
  `${driver}${internal ? ', internal' : ''}`,
  ...subnets,
];

const style = `
  text { font: 14px sans-serif; fill: #222 } .name { font-weight: bold } .more { fill: #555 }
  .network { fill: #e8f0fe; stroke: #4a78c4 } .inner { fill: #fdf1e3; stroke: #c4894a }
  .container { fill: #f4f4f4; stroke: #888 } .line { stroke: #888; fill: none } .on { font-size: 12px; fill: #555 }
`;

/** Networks to the left, containers with their published ports to the right, a line with addresses an endpoint. */
export function graphSvg(graph: Graph): string {
  const { networks, ports } = graph;
  const ids = [...networksOf(graph).keys()];
  const nameOf = new Map(networks.flatMap(({ members }) => members.map((one) => [one.container, one.name])));
  const networkBoxes = stacked(networks.map(linesOf));
  const boxes = stacked(ids.map((id) => [nameOf.get(id) ?? id, ...(ports.get(id) ?? [])]));
  const parts: string[] = [];
  for (const [at, { members }] of networks.entries()) {
    for (const { container, addresses } of members) {
      const [from, to] = [networkBoxes[at], boxes[ids.indexOf(container)]];
      if (from === undefined || to === undefined) continue;
      const [x1, y1, x2, y2] = [left.at + left.width, middle(from), right.at, middle(to)];
      const bend = (x1 + x2) / 2;
      parts.push(
        `<path d="M ${x1} ${y1} C ${bend} ${y1}, ${bend} ${y2}, ${x2} ${y2}" class="line"/>`,
        `<text x="${x2 - 6}" y="${y2 - 5}" text-anchor="end" class="on">${escaped(addresses.join(' '))}</text>`,
      );
    }
  }
  for (const [at, box] of networkBoxes.entries()) {
    parts.push(drawn(box, left, networks[at]?.internal ? 'inner' : 'network'));
  }
  for (const box of boxes) parts.push(drawn(box, right, 'container'));
  const bottom = Math.max(40, ...[...networkBoxes, ...boxes].map((box) => box.top + height(box) + 20));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom}" width="${width}" height="${bottom}">`,
    `<style>${style}</style>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}
