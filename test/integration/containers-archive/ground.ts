/** A container's files on a real overlay, with real volumes, and a canary beside them that nothing may touch. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import { MemoryFolders } from '../../../src/drivers/runtime/folders/memory-folders.ts';
import { MemoryLines } from '../../../src/drivers/state/memory/memory-lines.ts';
import { MemoryRecords } from '../../../src/drivers/state/memory/memory-records.ts';
import { LocalVolumes } from '../../../src/drivers/volume/local/local.ts';
import { decompressByPrograms } from '../../../src/host/decompress/programs.ts';
import { linuxVolumeMounts } from '../../../src/host/mount/linux/volume-mounts.ts';
import { LinuxProc } from '../../../src/host/proc/linux.ts';
import { posixProcesses } from '../../../src/host/process/posix/posix-processes.ts';
import { linuxRootfs } from '../../../src/host/rootfs/linux.ts';
import { linuxSources } from '../../../src/host/sources/linux.ts';
import { silentLogger } from '../../../src/kit/log/logger.ts';
import type { TarHeader } from '../../../src/kit/tar/header.ts';
import { readTar } from '../../../src/kit/tar/read-tar.ts';
import { type TarWriteEntry, writeTar } from '../../../src/kit/tar/write-tar.ts';
import { readArchive, statPath, writeArchive } from '../../../src/services/containers/archive/archive.ts';
import type { Context } from '../../../src/services/containers/context.ts';
import type { LiveContainer } from '../../../src/services/containers/live/container.ts';
import type { ContainerRecord, MountPoint } from '../../../src/services/containers/record/record.ts';
import { EventJournal } from '../../../src/services/events/journal.ts';
import { VolumeRecordSchema } from '../../../src/services/volumes/record.ts';
import { VolumeService } from '../../../src/services/volumes/volumes.ts';
import { containerOf, contextOf, hearing, pointOf } from '../../harness/containers/context.ts';
import { until } from '../../harness/until.ts';
import { type Kind, mountsBelow, openGround, temporary } from '../storage/ground.ts';

export const file = (
  name: string,
  content = 'data',
  more: Partial<TarWriteEntry['header']> = {},
): TarWriteEntry => ({
  header: { name, type: 'file', size: Buffer.byteLength(content), mode: 0o644, ...more },
  body: Buffer.from(content),
});
export const folder = (name: string, mode = 0o755): TarWriteEntry => ({
  header: { name, type: 'directory', mode },
});
export const link = (name: string, linkname: string): TarWriteEntry => ({
  header: { name, type: 'symlink', linkname },
});
export const tarOf = (...entries: readonly TarWriteEntry[]): Readable => writeTar(entries);

export interface Packed {
  readonly header: TarHeader;
  readonly content: string;
}

export async function entriesOf(tar: Readable): Promise<Packed[]> {
  const found: Packed[] = [];
  for await (const { header, body } of readTar(tar)) {
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(Buffer.from(chunk));
    found.push({ header, content: Buffer.concat(chunks).toString() });
  }
  return found;
}

export const WITNESS = 'do not read me';

/** A folder of the host whose every detail is remembered. */
export function canary(context: TestContext): { path: string; check: () => void } {
  const path = join(temporary(context, 'canary'), 'canary');
  mkdirSync(path, { mode: 0o700 });
  writeFileSync(join(path, 'witness'), WITNESS, { mode: 0o600 });
  const hash = (): string => {
    const all = createHash('sha256');
    for (const name of ['.', ...readdirSync(path).sort()]) {
      const { mode, uid, gid, mtimeMs, ino, nlink } = lstatSync(join(path, name));
      all.update(JSON.stringify([name, mode, uid, gid, mtimeMs, ino, nlink]));
    }
    return all.update(readFileSync(join(path, 'witness'))).digest('hex');
  };
  const before = hash();
  const check = (): void => assert.equal(hash(), before, 'the canary was touched');
  return { path, check };
}

export interface Box {
  readonly context: Context;
  readonly container: LiveContainer;
  /** Its root, mounted for as long as the test takes. */
  readonly root: string;
  readonly dataRoot: string;
  readonly actions: () => string[];
  /** A named volume, and its folder on the host. */
  volume(name: string): Promise<string>;
  mounts(...points: readonly Partial<MountPoint>[]): void;
  get(path: string): Promise<Packed[]>;
  put(
    path: string,
    tar: Readable,
    options?: Partial<{ noOverwriteDirNonDir: boolean; copyUidGid: boolean }>,
  ): Promise<void>;
  stat(path: string): ReturnType<typeof statPath>;
  /** A process that has the root, in a mount namespace of its own; `script` runs first. */
  run(script: string): Promise<void>;
}

/** @param image entries of the only layer */
export async function openBox(
  test: TestContext,
  image: readonly TarWriteEntry[],
  record: Partial<ContainerRecord> = {},
  kind: Kind = 'overlay2',
): Promise<Box> {
  // Hooks run in the order of their registration: what is mounted goes before the folders below it.
  const ends: (() => Promise<void>)[] = [];
  test.after(async () => {
    for (const end of ends.reverse()) await end();
  });
  const { storage, dataRoot, archives } = await openGround(test, kind);
  const layer = await storage.addLayer(tarOf(...image), { parent: null });
  const container = containerOf(record);
  const { id } = container;
  await storage.create(id, { parent: layer.chainId });
  const root = await storage.mount(id);
  const volumes = new VolumeService({
    records: new MemoryRecords(VolumeRecordSchema, new Map()),
    drivers: [new LocalVolumes({ root: join(dataRoot, 'volumes'), mounts: linuxVolumeMounts })],
    events: new EventJournal({ disk: new MemoryLines(), log: silentLogger }),
    log: silentLogger,
  });
  const { heard, events } = hearing();
  const warnings: string[] = [];
  const context = contextOf({
    archives,
    storage,
    volumes,
    folders: new MemoryFolders(),
    rootfs: linuxRootfs,
    sources: linuxSources,
    decompressor: decompressByPrograms(posixProcesses),
    events,
    logger: { ...silentLogger, warn: (text) => void warnings.push(text) },
  });
  const before = mountsBelow(dataRoot);
  ends.push(async () => {
    await container.lock.run(async () => {});
    const left = (): string[] => mountsBelow(dataRoot).filter((line) => !before.includes(line));
    await until('all to be given back', () => left().length === 0).catch(() => {});
    const found = left();
    await storage.remove(id);
    await storage.close();
    assert.deepEqual(found, []);
    assert.deepEqual(warnings, []);
  });
  const proc = new LinuxProc();
  return {
    context,
    container,
    root,
    dataRoot,
    actions: () => heard.map(({ action }) => action),
    async volume(name) {
      return (await volumes.refer({ name, driver: '', driverOpts: {}, labels: {} }, id)).Mountpoint;
    },
    mounts: (...points) => {
      container.record = { ...container.record, mountPoints: points.map(pointOf) };
    },
    async get(path) {
      const { tar } = await readArchive(context, container, 'box', path, new AbortController().signal);
      return entriesOf(tar);
    },
    put: (path, tar, options) =>
      writeArchive(context, container, 'box', path, tar, {
        noOverwriteDirNonDir: false,
        copyUidGid: false,
        ...options,
      }),
    stat: (path) => statPath(context, container, 'box', path),
    async run(script) {
      const argv = ['--mount', '--propagation', 'private', 'chroot', root, '/bin/busybox', 'sh', '-ec'];
      const child = spawn('unshare', [...argv, `${script}\necho ready; exec /bin/busybox sleep 1000`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      ends.push(async () => {
        container.run = null;
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      });
      const [line]: unknown[] = await once(child.stdout, 'data');
      assert.equal(String(line), 'ready\n');
      container.run = {
        runtime: contextOf({}) as never,
        container: { id, cgroup: '', process: proc.identify(child.pid ?? 0) },
        ended: new AbortController(),
        process: null,
        began: null,
      };
    },
  };
}

const busybox = readFileSync('/bin/busybox');

/** Entries of an image with busybox and the folders that containers have. */
export const smallImage = (...more: readonly TarWriteEntry[]): TarWriteEntry[] => [
  ...['bin', 'etc', 'tmp', 'proc', 'w'].map((name) => folder(name)),
  { header: { name: 'bin/busybox', type: 'file', size: busybox.length, mode: 0o755 }, body: busybox },
  ...more,
];
