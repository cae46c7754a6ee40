/**
 * dnsperf, the DNS load generator, out of Debian 12, with the libraries that it alone needs. `MINKE_DNSPERF` names
 * another folder than /opt/dnsperf.
 */
import { join } from 'node:path';
import { extract } from './debian.ts';

const set = {
  suite: 'bookworm',
  packages: ['dnsperf', 'libldns3', 'libnghttp2-14'],
  into: process.env.MINKE_DNSPERF ?? '/opt/dnsperf',
} as const;

/** Its path, and where the loader finds its libraries. */
export async function dnsperf(): Promise<{ readonly program: string; readonly libraries: string }> {
  await extract(set);
  return {
    program: join(set.into, 'usr/bin/dnsperf'),
    libraries: join(set.into, `usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`),
  };
}

if (import.meta.main) console.log(await dnsperf());
