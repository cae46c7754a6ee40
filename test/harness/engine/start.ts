/** The engines that tests and benchmarks know, by name. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { extract } from '../../../scripts/peers/debian.ts';
import { docker20 } from '../../../scripts/peers/docker20.ts';
import { docker28 } from '../../../scripts/peers/docker28.ts';
import { messageOf } from '../../../src/errors/minke-error.ts';
import type { Engine, EngineName, EngineOptions } from './contract.ts';
import { type DaemonKind, startDaemon } from './daemon.ts';

const project = resolve(import.meta.dirname, '../../..');

const docker = (name: EngineName, root: string): DaemonKind => ({
  name,
  path: `${root}/usr/sbin:${root}/usr/bin`,
  argv: () => [
    join(root, 'usr/sbin/dockerd'),
    `--userland-proxy-path=${root}/usr/sbin/docker-proxy`,
    `--init-path=${root}/usr/bin/docker-init`,
  ],
});

const kinds: Readonly<Record<EngineName, DaemonKind>> = {
  docker28: docker('docker28', docker28.into),
  docker20: docker('docker20', docker20.into),
  // The Node that runs the tests, so that the launcher need not look for one.
  minke: { name: 'minke', path: dirname(process.execPath), argv: () => [join(project, 'bin/minked')] },
};

/** Makes sure that the engine's programs are there; a peer is brought from Debian's archive when missing. */
export async function provide(name: EngineName): Promise<void> {
  if (name === 'docker28') await extract(docker28);
  if (name === 'docker20') await extract(docker20);
  if (name === 'minke' && !existsSync(join(project, 'bin/minked'))) {
    throw new Error('bin/minked is missing: run npm run build');
  }
}

/** Makes sure that there is a docker client to drive engines with: Docker 28's, else 20.10's. */
export async function provideClient(): Promise<void> {
  try {
    await provide('docker28');
  } catch (error) {
    console.log(`Docker 28 can't be had, 20.10 serves: ${messageOf(error).split('\n')[0]}`);
    await provide('docker20');
  }
}

/** Starts an engine on ground of its own; needs root. Whoever starts it calls `stop`. */
export async function startEngine(name: EngineName, options: EngineOptions = {}): Promise<Engine> {
  await provide(name);
  return startDaemon(kinds[name], options);
}
