/** An engine, and beside it in its network namespace Debian's registry (port 5000) and ours (port 5001). */
import { join } from 'node:path';
import { must } from '../command.ts';
import type { Engine } from '../engine/contract.ts';
import { startEngine } from '../engine/start.ts';
import { type DockerRegistry, startRegistry } from './docker-registry.ts';
import { type RegistryProcess, startRegistryProcess } from './process.ts';

export interface RegistryPair {
  readonly engine: Engine;
  /** Knows nothing of referrers. */
  readonly theirs: DockerRegistry;
  readonly ours: RegistryProcess;
  /** For files of the test; goes with the engine. */
  readonly folder: string;
  /** `skopeo copy` there, with these arguments. */
  copy(...args: string[]): Promise<string>;
  /** As skopeo reads it: the manifest's bytes. */
  manifest(name: string): Promise<string>;
  /** Ends all three; answers what the engine left. */
  stop(): Promise<string[]>;
}

export async function startPair(): Promise<RegistryPair> {
  const engine = await startEngine('minke');
  const ends: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<string[]> => {
    for (const end of ends.toReversed()) await end();
    return engine.stop();
  };
  const behind = ['nsenter', `--net=/run/netns/${engine.netns}`];
  const skopeo = (...args: string[]) => must([...behind, 'skopeo', '--insecure-policy', ...args]);
  try {
    const folder = join(engine.dataRoot, '..');
    const theirs = await startRegistry(engine, { port: 5000 });
    ends.push(() => theirs.stop());
    const root = join(folder, 'ours');
    const ours = await startRegistryProcess({ root, behind, listen: '127.0.0.1:5001' });
    ends.push(() => ours.end());
    return {
      engine,
      theirs,
      ours,
      folder,
      copy: (...args) => skopeo('copy', '--src-tls-verify=false', '--dest-tls-verify=false', ...args),
      manifest: (name) => skopeo('inspect', '--tls-verify=false', '--raw', `docker://${name}`),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
