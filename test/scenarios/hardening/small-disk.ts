/** A person whose engine has a small disk of its own. */
import type { TestContext } from 'node:test';
import { must } from '../../harness/command.ts';
import type { EngineOptions } from '../../harness/engine/contract.ts';
import { layDisk } from '../../harness/engine/disk.ts';
import { aPerson, type Person } from '../person.ts';

/** @param size as mount(8) takes it: `384m` */
export async function aPersonOnSmallDisk(
  t: TestContext,
  size: string,
  options: Omit<EngineOptions, 'below'> = {},
): Promise<Person> {
  const disk = await layDisk('mf-', (path) =>
    must(['mount', '-t', 'tmpfs', '-o', `size=${size},mode=0711`, 'tmpfs', path]),
  );
  try {
    return await aPerson(t, { ...options, below: disk.path });
  } finally {
    // Hooks run in order: the engine has gone by then.
    t.after(() => disk.clear());
  }
}
