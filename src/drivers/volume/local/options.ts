/** Driver options of local volumes: `type`, `device`, `o` as for mount(8), `size`. Docker's rules and words. */
import { invalid } from '../../../errors/minke-error.ts';
import type { VolumeOptions } from '../contract.ts';

const known = ['type', 'o', 'device', 'size'];
const needs: readonly [string, readonly string[]][] = [
  ['device', ['type']],
  ['type', ['device']],
  ['o', ['device', 'type']],
];

/** `10m`, `1.5G`, `2GiB`: powers of 1024 whatever the unit is called. */
function bytesOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?) ?([kKmMgGtTpP])?(?:[iI]?[bB])?$/.exec(text);
  if (match === null) throw invalid(`invalid size: '${text}'`);
  const power = 'kmgtp'.indexOf((match[2] ?? '').toLowerCase() || '-') + 1;
  return Number(match[1]) * 1024 ** power;
}

function checkCifs(options: VolumeOptions): void {
  if (options.type !== 'cifs') return;
  if (/^[a-z]*:?\/\/[^/]*:\d+(?:\/|$)/i.test(options.device ?? '')) {
    throw invalid("port not allowed in CIFS device URL, include 'port' in 'o='");
  }
}

/** Throws `invalid`. */
export function checkOptions(options: VolumeOptions): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw invalid(`invalid option: ${JSON.stringify(name)}`);
  }
  checkCifs(options);
  if (options.size !== undefined && bytesOf(options.size) > 0) {
    throw invalid('quota size requested but no quota support');
  }
  for (const [name, required] of needs) {
    const missing = Object.hasOwn(options, name) && required.find((other) => !Object.hasOwn(options, other));
    if (missing) throw invalid(`missing required option: ${JSON.stringify(missing)}`);
  }
}

export const needsMount = (options: VolumeOptions): boolean =>
  (options.device ?? '') !== '' || (options.type ?? '') !== '';

/** Kernel file systems of the network want addresses, people write names. */
export async function resolveAddress(
  options: VolumeOptions,
  resolve: (host: string) => Promise<string>,
): Promise<{ device: string; o: string }> {
  const device = options.device ?? '';
  const o = options.o ?? '';
  if (options.type !== 'nfs' && options.type !== 'cifs') return { device, o };
  const address = /(?:^|,)addr=([^,]*)/.exec(o)?.[1] ?? '';
  if (address !== '' && !isAddress(address)) {
    return { device, o: o.replace(`addr=${address}`, `addr=${await resolve(address)}`) };
  }
  const host = options.type === 'cifs' ? (/^(?:cifs:)?\/\/([^/]+)/.exec(device)?.[1] ?? '') : '';
  if (address !== '' || host === '' || isAddress(host)) return { device, o };
  return { device: device.replace(host, await resolve(host)), o };
}

const isAddress = (text: string): boolean => /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) || text.includes(':');

/** Options without the password that CIFS takes among them. */
export const withoutPassword = (o: string): string =>
  o.replace(/(^|,)(pass(?:word)?)=[^,]*/g, '$1$2=********');
