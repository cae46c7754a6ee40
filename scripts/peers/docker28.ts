/**
 * Docker 28 (daemon, client, containerd 2 with its shim, compose, buildx) out of Debian's newest suite: the reference
 * for parity and benchmarks. `MINKE_DOCKER28` names another folder than /opt/docker28.
 * Its runc wants a newer glibc than stable has, so the machine's own runc serves.
 */
import { extract } from './debian.ts';

export const docker28 = {
  suite: 'sid',
  packages: ['docker.io', 'docker-cli', 'containerd', 'docker-compose', 'docker-buildx', 'tini-static'],
  into: process.env.MINKE_DOCKER28 ?? '/opt/docker28',
} as const;

if (import.meta.main) console.log(`${docker28.into}:\n${await extract(docker28)}`);
