/** iperf3 out of Debian 12, with the libraries that it alone needs. `MINKE_IPERF3` names another folder than /opt/iperf3. */
import { join } from 'node:path';
import { extract } from './debian.ts';

const set = {
  suite: 'bookworm',
  packages: ['iperf3', 'libiperf0', 'libsctp1'],
  into: process.env.MINKE_IPERF3 ?? '/opt/iperf3',
} as const;

/** Its path, and where the loader finds its libraries. */
export async function iperf3(): Promise<{ readonly program: string; readonly libraries: string }> {
  await extract(set);
  return {
    program: join(set.into, 'usr/bin/iperf3'),
    libraries: join(set.into, `usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`),
  };
}

if (import.meta.main) console.log(await iperf3());
