import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { type ArchiveImage, writeImageArchive } from '../../kit/image-archive/write.ts';
import { goArchitecture } from '../../kit/platform/architecture.ts';
import { parseReference, withDefaultTag } from '../../kit/reference/reference.ts';
import { type TarWriteEntry, writeTar } from '../../kit/tar/write-tar.ts';
import { sha256 } from '../../wire/digest.ts';

const run = promisify(execFile);

export interface BusyboxOptions {
  /** A statically linked busybox, for example that of Debian's package busybox-static. */
  readonly binary: string;
  readonly tag: string;
}

const folders: readonly [string, number][] = [
  ['bin/', 0o755],
  ['dev/', 0o755],
  ['etc/', 0o755],
  ['home/', 0o755],
  ['proc/', 0o555],
  ['root/', 0o700],
  ['sys/', 0o555],
  ['tmp/', 0o1777],
  ['usr/', 0o755],
  ['usr/bin/', 0o755],
  ['usr/sbin/', 0o755],
  ['var/', 0o755],
  ['var/www/', 0o755],
];

const files: readonly [string, string, number][] = [
  [
    'etc/passwd',
    'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nwww-data:x:33:33:www-data:/var/www:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n',
    0o644,
  ],
  ['etc/group', 'root:x:0:\ndaemon:x:1:\ntty:x:5:\nusers:x:100:\nwww-data:x:33:\nnogroup:x:65534:\n', 0o644],
  ['etc/shadow', 'root:*::0:::::\nnobody:*::0:::::\n', 0o640],
];

/** A layer: busybox and a hard link for each of its applets, as in Docker Hub's image of that name. */
function* layerEntries(
  binary: Buffer,
  applets: readonly string[],
  seconds: number,
): Generator<TarWriteEntry> {
  const mtime = { seconds, nanoseconds: 0 };
  const file = (name: string, content: Buffer, mode: number): TarWriteEntry => ({
    header: { name, type: 'file', mode, size: content.length, mtime },
    body: content,
  });
  for (const [name, mode] of folders) yield { header: { name, type: 'directory', mode, mtime } };
  yield file('bin/busybox', binary, 0o755);
  for (const applet of applets.filter((name) => name !== 'busybox')) {
    yield { header: { name: `bin/${applet}`, type: 'link', mode: 0o755, linkname: 'bin/busybox', mtime } };
  }
  for (const [name, text, mode] of files) yield file(name, Buffer.from(text), mode);
  yield { header: { name: 'usr/bin/env', type: 'symlink', mode: 0o777, linkname: '../../bin/env', mtime } };
}

/** Answers the image as a tar for `load`; the same binary gives the same bytes. */
export async function makeBusybox({ binary, tag }: BusyboxOptions): Promise<Readable> {
  const { stdout } = await run(binary, ['--list'], { env: {}, timeout: 10_000 });
  const applets = stdout.split('\n').filter((name) => /^[a-z0-9[_.-]+$/i.test(name));
  const mtime = Math.floor((await stat(binary)).mtimeMs / 1000);
  const tar = await buffer(writeTar(layerEntries(await readFile(binary), applets.sort(), mtime)));
  const diffId = sha256(tar);
  const created = new Date(mtime * 1000).toISOString();
  const config = {
    architecture: goArchitecture(process.arch),
    config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], Cmd: ['sh'] },
    created,
    history: [{ created, created_by: 'busybox-static # Debian' }],
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: [diffId] },
  };
  const image: ArchiveImage = {
    config: Buffer.from(JSON.stringify(config)),
    layers: [
      {
        diffId,
        size: tar.length,
        open: async function* () {
          yield tar;
        },
      },
    ],
    tags: [withDefaultTag(parseReference(tag))],
  };
  return writeImageArchive([image]);
}
