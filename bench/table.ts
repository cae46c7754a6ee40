/** Results for people: a line a case, a table in Markdown, a chart. */
import { FLOOR } from './cases/floor.ts';
import type { BenchResult } from './contract.ts';
import { figures } from './figures.ts';

const digits = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);

interface Row {
  readonly name: string;
  readonly unit: string;
  readonly engines: readonly { readonly name: string; readonly median: number; readonly spread: string }[];
  /** How many times the last engine is better than the first. */
  readonly ratio: number;
}

export function row(result: BenchResult): Row {
  const engines = Object.entries(result.samples).map(([name, samples]) => {
    const { median, least, most } = figures(samples);
    return { name, median, spread: samples.length > 1 ? `${digits(least)}–${digits(most)}` : '' };
  });
  const [first, last] = [engines[0]?.median ?? Number.NaN, engines.at(-1)?.median ?? Number.NaN];
  return { name: result.name, unit: result.unit, engines, ratio: first / last };
}

export function line(result: BenchResult): string {
  const { name, unit, engines, ratio } = row(result);
  const parts = engines.map(
    (one) => `${one.name} ${digits(one.median)} ${unit}${one.spread ? ` (${one.spread})` : ''}`,
  );
  return `${name.padEnd(42)} ${parts.join('   ')}${engines.length > 1 ? `   ${digits(ratio)}×` : ''}`;
}

/** What one start of the docker client costs by itself: the faster engine's answer to what needs no work. */
export function clientFloor(results: readonly BenchResult[]): number | undefined {
  const found = results.find(({ name }) => name === FLOOR);
  return found && Math.min(...Object.values(found.samples).map((samples) => figures(samples).median));
}

/** The ratio with the client's own time taken off both; undefined where that means nothing. */
export function ratioWithoutClient(result: BenchResult, floor: number | undefined): number | undefined {
  if (floor === undefined || result.clients === 0 || result.name === FLOOR) return undefined;
  const [first, last] = Object.values(result.samples).map(
    (samples) => figures(samples).median - result.clients * floor,
  );
  // Below a millisecond it is noise that is divided by.
  return first === undefined || last === undefined || last < 1 ? undefined : first / last;
}

export function markdown(results: readonly BenchResult[]): string {
  const rows = results.map(row);
  const names = rows[0]?.engines.map(({ name }) => name) ?? [];
  const floor = clientFloor(results);
  const without = results.map((result) => ratioWithoutClient(result, floor));
  const head = ['', ...names.map((name) => `${name}: median (least–most)`), 'ratio', 'without the client'];
  const body = rows.map(({ name, unit, engines, ratio }, at) => [
    `\`${name}\``,
    ...engines.map((one) => `${digits(one.median)} ${unit}${one.spread ? ` (${one.spread})` : ''}`),
    `${digits(ratio)}×`,
    without[at] === undefined ? '' : `${digits(without[at])}×`,
  ]);
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
