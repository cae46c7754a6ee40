import { type Graph, type NetworkNode, networksOf } from './graph.ts';

const row = 22;
const gap = 16;
const margin = 20;
const padding = 12;
/** Between the columns, for the lines. */
const between = 160;
const narrowest = 160;
/** A character of a monospaced font at 13 px: all text is in one, so that boxes fit what is in them. */
const character = 7.85;
/** Longer ones are cut; the whole is their tooltip. */
const longest = 64;

const colours = ['#4a78c4', '#c4894a', '#4f9d5b', '#a45ab0', '#b8473f', '#3f9aa6'];

const escaped = (text: string): string => text.replace(/[&<>"']/g, (mark) => `&#${mark.codePointAt(0)};`);
const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);
const colourOf = (network: number): string => colours[network % colours.length] ?? '#888';

interface Place {
  readonly at: number;
  readonly width: number;
}

interface Box {
  readonly top: number;
  readonly lines: readonly string[];
}

const height = (lines: readonly string[]): number => padding + lines.length * row;
const bottomOf = ({ top, lines }: Box): number => top + height(lines);
const middleOf = ({ top, lines }: Box): number => top + height(lines) / 2;
/** Middle of a line's height. */
const rowOf = ({ top }: Box, line: number): number => top + padding / 2 + (line + 0.5) * row;

const widthOf = (all: readonly (readonly string[])[]): number =>
  Math.ceil(Math.max(narrowest, ...all.flat().map((text) => 2 * padding + cut(text).length * character)));

/** One below the other, each where it would like its middle to be unless another is there. */
function stacked(
  all: readonly (readonly string[])[],
  wish: (index: number) => number | undefined = () => undefined,
): Box[] {
  let free = margin;
  return all.map((lines, index) => {
    const middle = wish(index);
    const box = { top: middle === undefined ? free : Math.max(free, middle - height(lines) / 2), lines };
    free = bottomOf(box) + gap;
    return box;
  });
}

function drawn(box: Box, { at, width }: Place, { kind, more = '' }: { kind: string; more?: string }): string {
  const texts = box.lines.map((line, index) => {
    const place = `x="${at + padding}" y="${rowOf(box, index) + 4.5}" class="${index === 0 ? 'name' : 'more'}"`;
    const title = cut(line) === line ? '' : `<title>${escaped(line)}</title>`;
    return `<text ${place}>${title}${escaped(cut(line))}</text>`;
  });
  const size = `width="${width}" height="${height(box.lines)}" rx="6"`;
  return [`<rect x="${at}" y="${box.top}" ${size} class="${kind}"${more}/>`, ...texts].join('\n');
}

const networkLines = ({ name, driver, internal, subnets }: NetworkNode): string[] => [
  name,
  `${driver}${internal ? ', internal' : ''}`,
  ...subnets,
];

const style = `
  text { font: 13px "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #222 }
  .name { font-weight: bold } .more { fill: #555 }
  .network { fill: #f3f6fc; stroke-width: 1.5 } .inner { fill: #fdf6ec; stroke-width: 1.5; stroke-dasharray: 5 3 }
  .container { fill: #f6f6f6; stroke: #888 } .line { stroke-width: 1.5; fill: none }
`;

/** A container's place in a network: which one, and on which line of its box. */
interface End {
  readonly network: number;
  readonly line: number;
}

interface Drawn {
  readonly lines: readonly string[];
  readonly ends: readonly End[];
}

/** Its name, a line for each network, its published ports. */
function containerOf(graph: Graph, id: string): Drawn {
  const all = graph.networks.flatMap(({ name, members }, network) =>
    members.filter(({ container }) => container === id).map((member) => ({ ...member, network, on: name })),
  );
  return {
    lines: [
      all[0]?.name ?? id,
      ...all.map(({ on, addresses }) => (addresses.length > 0 ? addresses.join(' ') : on)),
      ...(graph.ports.get(id) ?? []),
    ],
    ends: all.map(({ network }, index) => ({ network, line: index + 1 })),
  };
}

const mean = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length;

/** Networks to the left, containers with addresses and published ports to the right, a line an endpoint. */
export function graphSvg(graph: Graph): string {
  const { networks } = graph;
  const containers = [...networksOf(graph).keys()].map((id) => containerOf(graph, id));
  const boxes = stacked(containers.map(({ lines }) => lines));
  const ends = containers.flatMap(({ ends: all }, index) =>
    all.map(({ network, line }) => ({ network, y: rowOf(boxes[index] ?? { top: 0, lines: [] }, line) })),
  );
  const texts = networks.length === 0 ? [['no networks']] : networks.map(networkLines);
  const networkBoxes = stacked(texts, (index) => {
    const heights = ends.filter(({ network }) => network === index).map(({ y }) => y);
    return heights.length === 0 ? undefined : mean(heights);
  });
  const left = { at: margin, width: widthOf(texts) };
  const right = {
    at: margin + left.width + between,
    width: widthOf(containers.map(({ lines }) => lines)),
  };
  const edge = containers.length === 0 ? left : right;
  const width = edge.at + edge.width + margin;
  const bottom = Math.max(...[...networkBoxes, ...boxes].map(bottomOf)) + margin;
  const curves = ends.map(({ network, y }) => {
    const [x1, y1] = [left.at + left.width, middleOf(networkBoxes[network] ?? { top: 0, lines: [] })];
    const bend = x1 + between / 2;
    const way = `M ${x1} ${y1} C ${bend} ${y1}, ${bend} ${y}, ${right.at} ${y}`;
    return `<path d="${way}" class="line" stroke="${colourOf(network)}"/>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom}" width="${width}" height="${bottom}">`,
    `<style>${style}</style>`,
    '<rect width="100%" height="100%" fill="white"/>',
    ...curves,
    ...networkBoxes.map((box, index) =>
      drawn(box, left, {
        kind: networks[index]?.internal ? 'inner' : 'network',
        more: ` stroke="${colourOf(index)}"`,
      }),
    ),
    ...boxes.map((box) => drawn(box, right, { kind: 'container' })),
    '</svg>',
    '',
  ].join('\n');
}
