/** The small image that most tests run: busybox out of Debian's busybox-static, as `docker save` would write it. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { must } from '../command.ts';
import type { Engine } from '../engine/contract.ts';

const project = resolve(import.meta.dirname, '../../..');
const maker = join(project, 'scripts/image');

/** Newest change of the image makers, in ms; 0 where there are none. */
async function changed(): Promise<number> {
  if (!existsSync(maker)) return 0;
  const times = (await readdir(maker)).map(async (name) => (await stat(join(maker, name))).mtimeMs);
  return Math.max(0, ...(await Promise.all(times)));
}

/** Path of a tar with `busybox:latest`, made once and kept. */
export async function busyboxTar(): Promise<string> {
  const tar = join(project, '.cache/images/busybox.tar');
  if (existsSync(tar) && (await stat(tar)).mtimeMs >= (await changed())) return tar;
  const fresh = `${tar}.${process.pid}.tmp`;
  await mkdir(join(project, '.cache/images'), { recursive: true });
  await must([process.execPath, join(maker, 'busybox.ts'), fresh]);
  await rename(fresh, tar);
  return tar;
}

/** Loads `busybox:latest` into an engine. */
export async function loadBusybox(engine: Engine): Promise<void> {
  const loaded = await engine.api('POST', '/images/load?quiet=1', await readFile(await busyboxTar()));
  if (loaded.status !== 200 || /"error"/.test(loaded.text)) {
    throw new Error(`${engine.name} does not load the image: status ${loaded.status}, ${loaded.text}`);
  }
}
