/**
 * Docker 20.10 (daemon, client, containerd 1.6) out of Debian 12: the oldest Docker that parity is checked against.
 * `MINKE_DOCKER20` names another folder than /opt/docker20.
 */
import { extract } from './debian.ts';

export const docker20 = {
  suite: 'bookworm',
  packages: ['docker.io', 'containerd', 'libdevmapper1.02.1', 'tini'],
  into: process.env.MINKE_DOCKER20 ?? '/opt/docker20',
} as const;

if (import.meta.main) console.log(`${docker20.into}:\n${await extract(docker20)}`);
