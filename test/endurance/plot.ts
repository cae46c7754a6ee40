/** Curves over cycles as an SVG, one panel a quantity, each from zero to a little above its largest value. */

export interface Curve {
  readonly name: string;
  readonly unit: string;
  /** Cycle and value. */
  readonly points: readonly (readonly [number, number])[];
}

const WIDTH = 760;
const LEFT = 70;
const PANEL = 130;
const COLOURS = ['#0f8a8a', '#c2410c', '#4f46e5', '#8a94a6'];

export function plot(title: string, curves: readonly Curve[]): string {
  const last = Math.max(1, ...curves.flatMap(({ points }) => points.map(([at]) => at)));
  const panels = curves.map(({ name, unit, points }, index) => {
    const top = 34 + index * PANEL;
    const most = Math.max(1, ...points.map(([, value]) => value)) * 1.15;
    const x = (at: number) => (LEFT + (at / last) * (WIDTH - LEFT - 20)).toFixed(1);
    const y = (value: number) => (top + 90 - (value / most) * 80).toFixed(1);
    const final = points.at(-1)?.[1] ?? 0;
    return `<text x="${LEFT}" y="${top}" font-weight="bold">${name}, at the end ${Math.round(final)} ${unit}</text>
<line x1="${LEFT}" y1="${top + 90}" x2="${WIDTH - 20}" y2="${top + 90}" stroke="#ccc"/>
<text x="${LEFT - 8}" y="${top + 94}" text-anchor="end">0</text><text x="${LEFT - 8}" y="${top + 18}" text-anchor="end">${Math.round(most)}</text>
<polyline fill="none" stroke="${COLOURS[index % COLOURS.length]}" stroke-width="1.5" points="${points.map(([at, value]) => `${x(at)},${y(value)}`).join(' ')}"/>`;
  });
  const height = 34 + curves.length * PANEL + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#333">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${WIDTH - 20}" y="${height - 6}" text-anchor="end">${title}, 0 to ${last}</text>
${panels.join('\n')}
</svg>
`;
}
