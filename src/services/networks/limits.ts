/**
 * Limits of a container's traffic, as driver options of its endpoint or, as a default for all, of the network:
 * `minke.egress` and `minke.ingress` (bits a second), `minke.burst` (bytes that may go at once), `minke.delay` and
 * `minke.loss` (of what the container sends).
 */
import { invalid } from '../../errors/minke-error.ts';
import type { Shape } from '../../host/netns/contract.ts';
import { parseAddress } from '../../kit/ip/address.ts';

export type Options = Readonly<Record<string, string>>;

const prefix = 'minke.';
const keys = {
  egress: 'minke.egress',
  ingress: 'minke.ingress',
  burst: 'minke.burst',
  delay: 'minke.delay',
  loss: 'minke.loss',
} as const;
const limitKeys: readonly string[] = Object.values(keys);

export const isLimit = (key: string): boolean => limitKeys.includes(key);

/** Options with some changed; an empty value takes one away. */
export function changedOptions(before: Options, change: Options): Record<string, string> {
  const after = new Map(Object.entries(before));
  for (const [key, value] of Object.entries(change)) {
    if (value === '') after.delete(key);
    else after.set(key, value);
  }
  return Object.fromEntries(after);
}

/** What the container sends and what comes to it; null: as it comes. */
export interface Limits {
  readonly egress: Shape | null;
  readonly ingress: Shape | null;
}

const bits: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['bit', 1],
  ['kbit', 1e3],
  ['mbit', 1e6],
  ['gbit', 1e9],
]);
const sizes: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['k', 2 ** 10],
  ['kb', 2 ** 10],
  ['m', 2 ** 20],
  ['mb', 2 ** 20],
]);
const microseconds: ReadonlyMap<string, number> = new Map([
  ['us', 1],
  ['ms', 1e3],
  ['s', 1e6],
]);

function quantity(
  options: Options,
  key: string,
  units: ReadonlyMap<string, number>,
  [least, most]: readonly [number, number],
  example: string,
): number | null {
  const text = Object.hasOwn(options, key) ? (options[key] ?? '') : '';
  if (text === '') return null;
  const [, number = '', unit = ''] = /^(\d{1,12}(?:\.\d{1,6})?)([a-zA-Z%]*)$/.exec(text) ?? [];
  const factor = units.get(unit.toLowerCase());
  const value = number === '' || factor === undefined ? Number.NaN : Number(number) * factor;
  if (!(value >= least && value <= most)) {
    throw invalid(`invalid ${key} value: ${JSON.stringify(text)} (one like ${example} is expected)`);
  }
  return value;
}

/** Ten milliseconds' worth, and a few packets in any case: the kernel hands them over in heaps. */
const defaultBurst = (bytes: number): number => Math.ceil(Math.max(bytes / 100, 16 * 1024));

function checkKeys(options: Options, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (key.startsWith(prefix) && !known.includes(key)) {
      throw invalid(`unknown option ${key}; there are ${known.join(', ')}`);
    }
  }
}

/** Of a network: servers that its containers ask for names from elsewhere, where they name none themselves. */
export const dnsKey = 'minke.dns';

/** @throws invalid */
export function networkServers(options: Options): string[] {
  const text = Object.hasOwn(options, dnsKey) ? (options[dnsKey] ?? '') : '';
  const servers = text.split(/[\s,]+/).filter((word) => word !== '');
  const wrong = servers.find((server) => parseAddress(server) === null);
  if (wrong !== undefined) throw invalid(`invalid ${dnsKey} value: ${JSON.stringify(wrong)} is no address`);
  return servers;
}

/** What a network may say that Docker's drivers know nothing of. @throws invalid */
export function checkNetworkOptions(options: Options): void {
  checkKeys(options, [...limitKeys, dnsKey]);
  networkServers(options);
}

/** @throws invalid, on values that can't be read and options of this kind that there are not */
export function limitsOf(network: Options, endpoint: Options): Limits {
  const options = { ...network, ...endpoint };
  checkKeys(endpoint, limitKeys);
  const egress = quantity(options, keys.egress, bits, [8000, 1e12], '10mbit');
  const ingress = quantity(options, keys.ingress, bits, [8000, 1e12], '10mbit');
  const burst = quantity(options, keys.burst, sizes, [2048, 2 ** 30], '64k');
  const delay = quantity(options, keys.delay, microseconds, [0, 60e6], '20ms') ?? 0;
  const loss = quantity(options, keys.loss, new Map([['%', 0.01]]), [0, 1], '0.5%') ?? 0;
  if (burst !== null && egress === null && ingress === null) {
    throw invalid(`${keys.burst} needs ${keys.egress} or ${keys.ingress}`);
  }
  const rate = (value: number | null): Shape['rate'] => {
    if (value === null) return null;
    const bytes = Math.round(value / 8);
    return { bytes, burst: burst ?? defaultBurst(bytes) };
  };
  return {
    egress: egress === null && delay === 0 && loss === 0 ? null : { rate: rate(egress), delay, loss },
    ingress: ingress === null ? null : { rate: rate(ingress), delay: 0, loss: 0 },
  };
}
