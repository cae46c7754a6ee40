/** The registry as an image of its own: this Node, what it needs of the C library, and the program. Nothing else. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import * as v from 'valibot';
import { internal, invalid } from '../../errors/minke-error.ts';
import { type ArchiveImage, writeImageArchive } from '../../kit/image-archive/write.ts';
import { parseReference, withDefaultTag } from '../../kit/reference/reference.ts';
import { type TarWriteEntry, writeTar } from '../../kit/tar/write-tar.ts';
import { parseDigest } from '../../wire/digest.ts';

export interface ImageSource {
  /** The Node that runs this. */
  readonly node: string;
  /** Shared libraries that it has loaded, the loader among them. */
  readonly libraries: readonly string[];
  /** The bundle that is this program. */
  readonly program: string;
  /** As in Go: `amd64`. */
  readonly architecture: string;
  readonly version: string;
}

interface FileInImage {
  readonly path: string;
  readonly from: string;
  readonly size: number;
  readonly mode: number;
}

const ROOT = '/var/lib/registry';
const NODE = '/usr/bin/node';
const PROGRAM = '/usr/lib/minke/registry.mjs';
const folders = [
  'etc/',
  'tmp/',
  'usr/',
  'usr/bin/',
  'usr/lib/',
  'usr/lib/minke/',
  'var/',
  'var/lib/',
  `${ROOT.slice(1)}/`,
];

const ReportSchema = v.object({ sharedObjects: v.array(v.string()) });

/** Libraries that this process has loaded from files. */
export function loadedLibraries(): string[] {
  const report: unknown = process.report.getReport();
  return v
    .parse(ReportSchema, report)
    .sharedObjects.filter((path) => path.startsWith('/') && !path.endsWith('.node'));
}

async function filesOf(source: ImageSource): Promise<FileInImage[]> {
  const wanted = [
    { path: NODE, from: source.node, mode: 0o755 },
    { path: PROGRAM, from: source.program, mode: 0o644 },
    ...source.libraries
      .filter((path) => path !== source.node)
      .map((path) => ({ path, from: path, mode: 0o755 })),
  ];
  const files = new Map<string, FileInImage>();
  for (const { path, from, mode } of wanted) {
    const real = await realpath(from);
    files.set(path, { path, from: real, mode, size: (await stat(real)).size });
  }
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Every folder above a file, once, outer ones first. */
function foldersFor(files: readonly FileInImage[]): string[] {
  const found = new Set(folders);
  for (const { path } of files) {
    const parts = path.slice(1).split('/').slice(0, -1);
    for (let count = 1; count <= parts.length; count += 1) found.add(`${parts.slice(0, count).join('/')}/`);
  }
  return [...found].sort();
}

function* entries(files: readonly FileInImage[]): Generator<TarWriteEntry> {
  // The same files give the same bytes.
  const mtime = { seconds: 0, nanoseconds: 0 };
  for (const name of foldersFor(files)) {
    yield { header: { name, type: 'directory', mode: name === 'tmp/' ? 0o1777 : 0o755, mtime } };
  }
  for (const { path, from, size, mode } of files) {
    yield { header: { name: path.slice(1), type: 'file', mode, size, mtime }, body: createReadStream(from) };
  }
}

/**
 * The image as a tar for `load`.
 * @throws invalid where this program runs from its sources: then there is no bundle
 */
export async function makeRegistryImage(source: ImageSource, tag: string): Promise<Readable> {
  if (!source.program.endsWith('.mjs'))
    throw invalid('the image is made of the built program: npm run build');
  const files = await filesOf(source);
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of writeTar(entries(files))) {
    if (!(chunk instanceof Uint8Array)) throw internal('a tar of something else than bytes');
    hash.update(chunk);
    size += chunk.length;
  }
  const diffId = parseDigest(`sha256:${hash.digest('hex')}`);
  const created = new Date(0).toISOString();
  const config = {
    architecture: source.architecture,
    os: 'linux',
    created,
    config: {
      Entrypoint: [NODE, PROGRAM],
      Cmd: ['--root', ROOT, '--listen', ':5000'],
      Env: [],
      ExposedPorts: { '5000/tcp': {} },
      Volumes: { [ROOT]: {} },
      Labels: {
        'org.opencontainers.image.title': 'minke registry',
        'org.opencontainers.image.version': source.version,
      },
    },
    history: [{ created, created_by: `minke registry ${source.version}` }],
    rootfs: { type: 'layers', diff_ids: [diffId] },
  };
  const image: ArchiveImage = {
    config: Buffer.from(JSON.stringify(config)),
    layers: [{ diffId, size, open: () => writeTar(entries(files)) }],
    tags: [withDefaultTag(parseReference(tag))],
  };
  return writeImageArchive([image]);
}
