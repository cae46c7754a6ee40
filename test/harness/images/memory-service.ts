/** An image service on memory, and archives for it to load. For tests. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { MemoryRemote } from '../../../src/drivers/remote/memory/memory-remote.ts';
import {
  MemoryBlobs,
  MemoryIncoming,
  MemoryScratch,
} from '../../../src/drivers/state/memory/memory-blobs.ts';
import { MemoryLines } from '../../../src/drivers/state/memory/memory-lines.ts';
import { MemoryRecords } from '../../../src/drivers/state/memory/memory-records.ts';
import type { StorageDriver } from '../../../src/drivers/storage/contract.ts';
import { MemoryStorage } from '../../../src/drivers/storage/memory/memory.ts';
import { writeImageArchive } from '../../../src/kit/image-archive/write.ts';
import { silentLogger } from '../../../src/kit/log/logger.ts';
import { parseReference } from '../../../src/kit/reference/reference.ts';
import { type TarWriteEntry, writeTar } from '../../../src/kit/tar/write-tar.ts';
import { EventJournal } from '../../../src/services/events/journal.ts';
import { ImageRecordSchema } from '../../../src/services/images/catalog.ts';
import type { ProgressMessage } from '../../../src/services/images/contract.ts';
import { ImageService } from '../../../src/services/images/images.ts';
import { LayerSourceSchema } from '../../../src/services/images/layer-sources.ts';
import { NamesSchema } from '../../../src/services/images/names.ts';
import { UnfinishedPullSchema } from '../../../src/services/images/pull/unfinished.ts';
import type { BlobPolicy } from '../../../src/services/images/transfer/transfers.ts';
import { type Digest, sha256 } from '../../../src/wire/digest.ts';

/** What stays when the daemon goes. */
export class Disk {
  readonly blobs = new MemoryBlobs();
  readonly incoming = new MemoryIncoming(this.blobs);
  readonly scratch = new MemoryScratch();
  readonly remote = new MemoryRemote();
  readonly storage: StorageDriver;
  readonly records = new Map<string, string>();
  readonly names = new Map<string, string>();
  readonly sources = new Map<string, string>();
  readonly unfinished = new Map<string, string>();
  readonly events = new MemoryLines();

  constructor(storage: StorageDriver = new MemoryStorage()) {
    this.storage = storage;
  }
}

export async function startImages(
  disk = new Disk(),
  now = '2026-01-02T03:04:05.000Z',
  blobPolicy: BlobPolicy = 'drop',
) {
  const warnings: string[] = [];
  const log = {
    ...silentLogger,
    warn: (_: string, fields: object = {}) => void warnings.push(JSON.stringify(fields)),
  };
  const images = new ImageService({
    blobs: disk.blobs,
    incoming: disk.incoming,
    scratch: disk.scratch,
    remote: disk.remote,
    sources: new MemoryRecords(LayerSourceSchema, disk.sources),
    unfinished: new MemoryRecords(UnfinishedPullSchema, disk.unfinished),
    limits: () => ({ downloads: 3, uploads: 5, attempts: 5 }),
    blobPolicy: () => blobPolicy,
    gcRules: () => null,
    diskSpace: async () => ({ used: 0, total: 1 }),
    wait: async () => {},
    storage: disk.storage,
    records: new MemoryRecords(ImageRecordSchema, disk.records),
    names: new MemoryRecords(NamesSchema, disk.names),
    events: new EventJournal({ disk: disk.events, log: silentLogger }),
    log,
    platform: { os: 'linux', architecture: 'amd64' },
    now: () => new Date(now),
  });
  await images.restore();
  const events = (): string[] =>
    disk.events.lines.map((line) => {
      const { Action, Actor } = JSON.parse(line);
      return `${Action} ${Actor.Attributes.name ?? ''}`.trim();
    });
  return { images, disk, warnings, events };
}

export const file = (name: string, content: string): TarWriteEntry => ({
  header: { name, type: 'file', size: Buffer.byteLength(content) },
  body: Buffer.from(content),
});

export const tarOf = (entries: readonly TarWriteEntry[]): Promise<Buffer> => buffer(writeTar(entries));

export const stream = (bytes: Buffer): Readable => Readable.from([bytes], { objectMode: false });

export interface MadeImage {
  readonly id: Digest;
  readonly config: Buffer;
  readonly layers: readonly Buffer[];
  readonly diffIds: readonly Digest[];
}

/** An image whose layers hold one file each. */
export async function makeImage(
  files: readonly string[],
  options: { config?: object; created?: string; extra?: object } = {},
): Promise<MadeImage> {
  const layers = await Promise.all(files.map((name) => tarOf([file(name, `content of ${name}`)])));
  const diffIds = layers.map((layer) => sha256(layer));
  const created = options.created ?? '2025-01-01T00:00:00Z';
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      config: { Cmd: ['sh'], ...options.config },
      created,
      history: files.map((name) => ({ created, created_by: `ADD ${name}` })),
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: diffIds },
      ...options.extra,
    }),
  );
  return { id: sha256(config), config, layers, diffIds };
}

/** As `docker save` writes it. */
export const archiveOf = (images: readonly (readonly [MadeImage, ...string[]])[]): Promise<Buffer> =>
  buffer(
    writeImageArchive(
      images.map(([image, ...tags]) => ({
        config: image.config,
        layers: image.layers.map((bytes, i) => ({
          diffId: image.diffIds[i] ?? sha256(bytes),
          size: bytes.length,
          open: () => stream(bytes),
        })),
        tags: tags.map(parseReference),
      })),
    ),
  );

export async function messages(progress: AsyncIterable<ProgressMessage>): Promise<ProgressMessage[]> {
  const found: ProgressMessage[] = [];
  for await (const message of progress) found.push(message);
  return found;
}

export async function loaded(images: ImageService, archive: Buffer): Promise<string[]> {
  const all = await messages(images.load(stream(archive), { quiet: true }));
  return all.map((message) => String(message.stream).trim());
}
