/** OpenSSH's server out of Debian 12, with the library that it alone needs. `MINKE_SSHD` names another folder than /opt/sshd. */
import { join } from 'node:path';
import { extract } from './debian.ts';

const set = {
  suite: 'bookworm',
  packages: ['openssh-server', 'libwrap0'],
  into: process.env.MINKE_SSHD ?? '/opt/sshd',
} as const;

/** Its path, and where the loader finds its libraries. */
export async function sshd(): Promise<{ readonly program: string; readonly libraries: string }> {
  await extract(set);
  return {
    program: join(set.into, 'usr/sbin/sshd'),
    libraries: join(set.into, `usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`),
  };
}

if (import.meta.main) console.log(await sshd());
