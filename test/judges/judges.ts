/**
 * Judges: clients that others wrote, played against an engine as their users play them. A judge is a folder of tests
 * that find the engine by DOCKER_HOST, in whose network namespace they run.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { docker20 } from '../../scripts/peers/docker20.ts';
import { docker28 } from '../../scripts/peers/docker28.ts';

export interface Judge {
  readonly name: string;
  /** Folder below test/judges that holds its tests. */
  readonly folder: string;
  /** Debian's packages that it needs, each with a program or file that tells whether it is there. */
  readonly packages?: Readonly<Record<string, string>>;
  /** Peers brought out of Debian's archive for their client. */
  readonly peers?: readonly ('docker20' | 'docker28')[];
  /** What its tests find in the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Why it cannot judge here; undefined where it can. Asked after all was installed. */
  readonly missing?: () => string | undefined;
}

const compose2 = join(docker28.into, 'usr/libexec/docker/cli-plugins/docker-compose');
const present = (path: string) => () => (existsSync(path) ? undefined : `there is no ${path}`);
const HOST_CLIENT = '/usr/local/bin/docker';

export const judges: readonly Judge[] = [
  { name: 'dockerode', folder: 'dockerode' },
  {
    name: 'testcontainers',
    folder: 'testcontainers',
    peers: ['docker28'],
    // Its reaper and its address book are images that only a registry outside has.
    env: { TESTCONTAINERS_RYUK_DISABLED: 'true', TESTCONTAINERS_HOST_OVERRIDE: '127.0.0.1' },
  },
  {
    name: 'docker-py',
    folder: 'docker-py',
    packages: { 'python3-docker': '/usr/lib/python3/dist-packages/docker/__init__.py' },
  },
  {
    name: 'compose-1',
    folder: 'compose',
    packages: { 'docker-compose': '/usr/bin/docker-compose' },
    env: { JUDGE_COMPOSE: '/usr/bin/docker-compose', JUDGE_COMPOSE_OLD: '1' },
  },
  { name: 'compose-2', folder: 'compose', peers: ['docker28'], env: { JUDGE_COMPOSE: compose2 } },
  { name: 'skopeo', folder: 'skopeo', packages: { skopeo: '/usr/bin/skopeo' } },
  {
    name: 'client-20',
    folder: 'client',
    peers: ['docker20'],
    env: { JUDGE_CLIENT: join(docker20.into, 'usr/bin/docker') },
  },
  {
    name: 'client-28',
    folder: 'client',
    peers: ['docker28'],
    env: { JUDGE_CLIENT: join(docker28.into, 'usr/bin/docker') },
  },
  {
    name: 'client-here',
    folder: 'client',
    env: { JUDGE_CLIENT: HOST_CLIENT },
    missing: present(HOST_CLIENT),
  },
];
