const bars = '▁▂▃▄▅▆▇█';

/** How many samples a graph shows; one a second. */
export const graphLength = 12;

/** Values as a row of bars, the latest at the right; `top` is the value of a whole bar. */
export function sparkline(values: readonly number[], top: number): string {
  return values
    .slice(-graphLength)
    .map((value) => {
      const part = top > 0 ? Math.min(1, Math.max(0, value / top)) : 0;
      return bars[Math.min(bars.length - 1, Math.floor(part * bars.length))] ?? '';
    })
    .join('');
}
