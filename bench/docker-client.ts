import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { docker20 } from '../scripts/peers/docker20.ts';
import { provide } from '../test/harness/engine/start.ts';

/**
 * A docker client from the PATH, else 20.10's. (Debian's build of 28.5 takes 60 ms to start, which would be most of
 * what is measured.)
 */
export async function chooseClient(): Promise<string> {
  const found = (process.env.PATH ?? '').split(':').map((folder) => join(folder, 'docker'));
  const there = found.find((path) => existsSync(path));
  if (there !== undefined) return there;
  await provide('docker20');
  return join(docker20.into, 'usr/bin/docker');
}
