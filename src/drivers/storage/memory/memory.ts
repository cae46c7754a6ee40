/**
 * Storage that keeps layers' tars in memory and mounts nothing: a double for tests of what stands on storage. The
 * paths that `mount` answers do not exist.
 */
import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { conflict, internal, invalid, notFound, unavailable } from '../../../errors/minke-error.ts';
import type { Compressor } from '../../../kit/compression/compressor.ts';
import { decompress } from '../../../kit/compression/decompress.ts';
import type { FilePart } from '../../../kit/stream/file-part.ts';
import { TarParser } from '../../../kit/tar/parser.ts';
import { writeTar } from '../../../kit/tar/write-tar.ts';
import { parseDigest } from '../../../wire/digest.ts';
import { chainIdOf } from '../chain-id.ts';
import type { ChainId, Change, CreateOptions, LayerInfo, StorageDriver, StorageFault } from '../contract.ts';

interface StoredLayer {
  readonly info: LayerInfo;
  readonly tar: Buffer;
}

async function read({ fd, offset, size }: FilePart): Promise<Readable> {
  const bytes = Buffer.alloc(size);
  if (readSync(fd, bytes, 0, size, offset) < size) throw internal('a file is shorter than it was said to be');
  return (await decompress(Readable.from([bytes], { objectMode: false }))).stream;
}

interface StoredFilesystem {
  readonly parent: ChainId | null;
  mounts: number;
}

export class MemoryStorage implements StorageDriver {
  readonly name = 'memory';
  compressors: readonly Compressor[] = ['zlib'];
  readonly #layers = new Map<ChainId, StoredLayer>();
  readonly #filesystems = new Map<string, StoredFilesystem>();

  async status(): Promise<[string, string][]> {
    return [['Layers', String(this.#layers.size)]];
  }

  async addLayer(
    source: Readable | FilePart,
    options: Parameters<StorageDriver['addLayer']>[1],
  ): Promise<LayerInfo> {
    if ('fd' in source) {
      options.onBytes?.(source.size);
      const { onBytes: _, ...rest } = options;
      return this.#add(await read(source), rest);
    }
    try {
      return await this.#add(source, options);
    } finally {
      source.destroy();
    }
  }

  async #add(tar: Readable, options: Parameters<StorageDriver['addLayer']>[1]): Promise<LayerInfo> {
    const { parent, after } = options;
    await after;
    if (parent !== null && !this.#layers.has(parent)) throw notFound(`layer does not exist: ${parent}`);
    const known = options.diffId && this.#layers.get(chainIdOf(parent, options.diffId));
    if (known) return known.info;
    const hash = createHash('sha256');
    const chunks: Buffer[] = [];
    let size = 0;
    const parser = new TarParser({
      entry: (header) => {
        size += header.size;
      },
      data: () => {},
      entryEnd: () => {},
    });
    for await (const chunk of tar) {
      options.signal?.throwIfAborted();
      if (!Buffer.isBuffer(chunk)) throw invalid('layer is no stream of bytes');
      hash.update(chunk);
      parser.write(chunk);
      chunks.push(chunk);
      options.onBytes?.(chunk.length);
    }
    parser.end();
    const diffId = parseDigest(`sha256:${hash.digest('hex')}`);
    if (options.diffId !== undefined && options.diffId !== diffId)
      throw invalid(`layer digest mismatch: expected ${options.diffId}, got ${diffId}`);
    const chainId = chainIdOf(parent, diffId);
    const existing = this.#layers.get(chainId);
    if (existing !== undefined) return existing.info;
    const bytes = Buffer.concat(chunks);
    const info = { chainId, diffId, parent, size, tarSize: bytes.length };
    this.#layers.set(chainId, { info, tar: bytes });
    return info;
  }

  async layer(chainId: ChainId): Promise<LayerInfo | null> {
    return this.#layers.get(chainId)?.info ?? null;
  }

  async layers(): Promise<LayerInfo[]> {
    return [...this.#layers.values()].map(({ info }) => info);
  }

  async removeLayer(chainId: ChainId): Promise<void> {
    const children = [...this.#layers.values()].some(({ info }) => info.parent === chainId);
    const users = [...this.#filesystems.values()].some(({ parent }) => parent === chainId);
    if (children || users) throw conflict(`layer ${chainId} is in use`);
    this.#layers.delete(chainId);
  }

  async layerTar(chainId: ChainId): Promise<Readable> {
    return Readable.from([this.#layer(chainId).tar], { objectMode: false });
  }

  /** All by zlib; each name gives other bytes. */
  async layerGzip(chainId: ChainId, by: Compressor): Promise<Readable> {
    if (!this.compressors.includes(by)) throw unavailable(`there is no ${by}`);
    const level = by === 'zlib' ? 6 : 0;
    return Readable.from([gzipSync(this.#layer(chainId).tar, { level })], { objectMode: false });
  }

  async create(id: string, options: CreateOptions): Promise<void> {
    if (options.sizeBytes !== undefined) throw invalid('--storage-opt size is not supported by memory');
    if (this.#filesystems.has(id)) throw conflict(`filesystem of container ${id} exists already`);
    if (options.parent !== null) this.#layer(options.parent);
    this.#filesystems.set(id, { parent: options.parent, mounts: 0 });
  }

  async mount(id: string): Promise<string> {
    this.#filesystem(id).mounts++;
    return `/memory/${id}`;
  }

  async unmount(id: string): Promise<void> {
    const filesystem = this.#filesystems.get(id);
    if (filesystem !== undefined && filesystem.mounts > 0) filesystem.mounts--;
  }

  async remove(id: string): Promise<void> {
    this.#filesystems.delete(id);
  }

  async exists(id: string): Promise<boolean> {
    return this.#filesystems.has(id);
  }

  async list(): Promise<string[]> {
    return [...this.#filesystems.keys()];
  }

  async filesystems(): Promise<ReadonlyMap<string, ChainId | null>> {
    return new Map([...this.#filesystems].map(([id, { parent }]) => [id, parent]));
  }

  async faults(): Promise<StorageFault[]> {
    return [];
  }

  async mend(): Promise<void> {}

  async usage(id: string): Promise<{ rw: number; root: number }> {
    let root = 0;
    for (let chainId = this.#filesystem(id).parent; chainId !== null; ) {
      const { info } = this.#layer(chainId);
      root += info.size;
      chainId = info.parent;
    }
    return { rw: 0, root };
  }

  async changes(id: string): Promise<Change[]> {
    this.#filesystem(id);
    return [];
  }

  async diffTar(id: string): Promise<Readable> {
    this.#filesystem(id);
    return writeTar([]);
  }

  async describe(id: string): Promise<{ Name: string; Data: Record<string, string> }> {
    this.#filesystem(id);
    return { Name: this.name, Data: {} };
  }

  async describeLayer(chainId: ChainId | null): Promise<{ Name: string; Data: Record<string, string> }> {
    if (chainId !== null) this.#layer(chainId);
    return { Name: this.name, Data: {} };
  }

  async restore(running: ReadonlySet<string>): Promise<void> {
    for (const [id, filesystem] of this.#filesystems) filesystem.mounts = running.has(id) ? 1 : 0;
  }

  async close(): Promise<void> {}

  #layer(chainId: ChainId): StoredLayer {
    const layer = this.#layers.get(chainId);
    if (layer === undefined) throw notFound(`layer does not exist: ${chainId}`);
    return layer;
  }

  #filesystem(id: string): StoredFilesystem {
    const filesystem = this.#filesystems.get(id);
    if (filesystem === undefined) throw notFound(`no filesystem of container ${id}`);
    return filesystem;
  }
}
