/** Results as an SVG: a bar an engine in each case, as long as its part of the slower one. */
import type { BenchResult } from './contract.ts';
import { row } from './table.ts';

const WIDTH = 760;
const LABELS = 300;
const BAR = 11;
const ROW = 34;
const COLOURS = ['#8a94a6', '#0f8a8a', '#c2410c'];

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const short = (value: number): string =>
  value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en');

export function chart(results: readonly BenchResult[]): string {
  const rows = results.map(row);
  const names = rows[0]?.engines.map(({ name }) => name) ?? [];
  const height = rows.length * ROW + 40;
  const legend = names.map(
    (name, at) =>
      `<rect x="${LABELS + at * 130}" y="8" width="11" height="11" fill="${COLOURS[at]}"/><text x="${LABELS + 16 + at * 130}" y="18">${escaped(name)}</text>`,
  );
  const bars = rows.map(({ name, unit, engines, ratio }, index) => {
    const y = 34 + index * ROW;
    const most = Math.max(...engines.map(({ median }) => median));
    const room = WIDTH - LABELS - 130;
    const drawn = engines.map(({ median }, at) => {
      const length = Math.max(2, (median / most) * room);
      const top = y + at * (BAR + 2);
      return `<rect x="${LABELS}" y="${top}" width="${length.toFixed(1)}" height="${BAR}" rx="2" fill="${COLOURS[at]}"/><text x="${(LABELS + length + 5).toFixed(1)}" y="${top + 9}" font-size="10">${short(median)} ${unit}</text>`;
    });
    const times =
      engines.length > 1
        ? `<text x="${WIDTH - 8}" y="${y + 16}" text-anchor="end" font-weight="bold">${ratio.toFixed(1)}×</text>`
        : '';
    return `<text x="${LABELS - 10}" y="${y + 16}" text-anchor="end">${escaped(name)}</text>${drawn.join('')}${times}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#333">
<rect width="100%" height="100%" fill="#fff"/>
${[...legend, ...bars].join('\n')}
</svg>
`;
}
