/**
 * Storage that keeps each layer as a tree on the disk: everything that does not depend on how. The backends
 * (overlay2, vfs) do the rest.
 */
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { conflict, internal, invalid, notFound } from '../../../errors/minke-error.ts';
import type { Archives, LayerParts } from '../../../host/archive/contract.ts';
import type { Compressor } from '../../../kit/compression/compressor.ts';
import type { FilePart } from '../../../kit/stream/file-part.ts';
import { isDigest, parseDigest } from '../../../wire/digest.ts';
import { chainIdOf } from '../chain-id.ts';
import type { ChainId, Change, CreateOptions, LayerInfo, StorageDriver, StorageFault } from '../contract.ts';
import type { Backend, Chain, Description, StoredFilesystem, StoredLayer } from './backend.ts';
import type { LayerRecords } from './layer-records.ts';
import { recoverLayers } from './recover.ts';

type AddOptions = Parameters<StorageDriver['addLayer']>[1];

interface Index {
  readonly layers: Map<ChainId, StoredLayer>;
  readonly filesystems: Map<string, StoredFilesystem>;
  /** Layers whose record can't be used, and why; empty once `restore` has dealt with them. */
  readonly damaged: Map<ChainId, string>;
}

/** Container ids become directory names. */
const idPattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;

const infoOf = ({ chainId, diffId, parent, size, tarSize }: StoredLayer): LayerInfo => ({
  chainId,
  diffId,
  parent,
  size,
  tarSize,
});

export class LayeredStorage implements StorageDriver {
  readonly name: string;
  readonly #backend: Backend;
  readonly #records: LayerRecords;
  readonly #archives: Archives;
  #index: Index | undefined;
  /** Layers that are being added, by chain id where it is known beforehand. */
  readonly #adding = new Map<ChainId, Promise<LayerInfo>>();
  /** Parents of layers that are being added, and how many times. */
  readonly #pins = new Map<ChainId, number>();
  readonly #mounts = new Map<string, number>();
  /** Folders of layers that are being added. */
  readonly #unpacking = new Set<string>();

  constructor(backend: Backend, records: LayerRecords, archives: Archives) {
    this.name = backend.name;
    this.#backend = backend;
    this.#records = records;
    this.#archives = archives;
  }

  async status(): Promise<[string, string][]> {
    return this.#backend.status();
  }

  async addLayer(tar: Readable | FilePart, options: AddOptions): Promise<LayerInfo> {
    try {
      return await this.#add(tar, options);
    } finally {
      if ('destroy' in tar) tar.destroy();
    }
  }

  async #add(tar: Readable | FilePart, options: AddOptions): Promise<LayerInfo> {
    const { parent, after, diffId, signal } = options;
    // Who waits for it comes later.
    after?.catch(() => {});
    if (parent !== null && after === undefined) this.#layer(parent);
    if (diffId === undefined) return this.#unpack(tar, options);
    const chainId = chainIdOf(parent, diffId);
    for (;;) {
      signal?.throwIfAborted();
      const known = this.#load().layers.get(chainId);
      if (known !== undefined) return infoOf(known);
      const other = this.#adding.get(chainId);
      if (other === undefined) break;
      // Its failure may be its own stream's: then it is our turn.
      const info = await other.catch(() => null);
      if (info !== null) return info;
    }
    const work = this.#unpack(tar, options).finally(() => this.#adding.delete(chainId));
    this.#adding.set(chainId, work);
    return work;
  }

  async #unpack(tar: Readable | FilePart, options: AddOptions): Promise<LayerInfo> {
    const { parent, after, diffId, onBytes, signal } = options;
    const below = async (): Promise<Chain> => {
      await after;
      return this.#chain(parent);
    };
    const cacheId = randomBytes(32).toString('hex');
    this.#unpacking.add(cacheId);
    const files = this.#records.begin(cacheId);
    const unpin = this.#pin(parent);
    try {
      const root = await this.#backend.prepareLayer(cacheId, below);
      const whiteouts = this.#backend.whiteouts;
      const result = await this.#archives.extractLayer(
        tar,
        { root, whiteouts, ...files },
        { ...(onBytes && { onBytes }), ...(signal && { signal }) },
      );
      const actual = parseDigest(result.digest);
      if (diffId !== undefined && diffId !== actual)
        throw invalid(`layer digest mismatch: expected ${diffId}, got ${actual}`);
      const { size, tarSize, opaqueRoot, tellsRoot } = result;
      this.#backend.placeLayer(cacheId, await below(), tellsRoot);
      const chainId = chainIdOf(parent, actual);
      const layer = { chainId, diffId: actual, parent, size, tarSize, cacheId, opaqueRoot };
      const { layers } = this.#load();
      const existing = layers.get(chainId);
      if (existing !== undefined) {
        this.#abandon(cacheId);
        return infoOf(existing);
      }
      this.#records.commit(layer);
      layers.set(chainId, layer);
      return infoOf(layer);
    } catch (error) {
      this.#abandon(cacheId);
      throw error;
    } finally {
      unpin();
      this.#unpacking.delete(cacheId);
    }
  }

  #abandon(cacheId: string): void {
    this.#records.abandon(cacheId);
    this.#backend.discardLayer(cacheId);
  }

  #pin(chainId: ChainId | null): () => void {
    if (chainId === null) return () => {};
    this.#pins.set(chainId, (this.#pins.get(chainId) ?? 0) + 1);
    return () => {
      const count = (this.#pins.get(chainId) ?? 1) - 1;
      if (count === 0) this.#pins.delete(chainId);
      else this.#pins.set(chainId, count);
    };
  }

  async layer(chainId: ChainId): Promise<LayerInfo | null> {
    const layer = this.#load().layers.get(chainId);
    return layer === undefined ? null : infoOf(layer);
  }

  async layers(): Promise<LayerInfo[]> {
    return [...this.#load().layers.values()].map(infoOf);
  }

  async removeLayer(chainId: ChainId): Promise<void> {
    const { layers, filesystems } = this.#load();
    const layer = layers.get(chainId);
    if (layer === undefined) return;
    const child = [...layers.values()].some(({ parent }) => parent === chainId);
    const container = [...filesystems.values()].find(({ parent }) => parent === chainId);
    if (child || this.#pins.has(chainId)) throw conflict(`layer ${chainId} has layers on top of it`);
    if (container !== undefined) throw conflict(`layer ${chainId} is in use by container ${container.id}`);
    this.#records.remove(layer);
    layers.delete(chainId);
    this.#backend.discardLayer(layer.cacheId);
  }

  async layerTar(chainId: ChainId): Promise<Readable> {
    return this.#archives.assembleLayer(this.#parts(this.#layer(chainId)));
  }

  get compressors(): readonly Compressor[] {
    return this.#archives.compressors;
  }

  async layerGzip(chainId: ChainId, by: Compressor): Promise<Readable> {
    const layer = this.#layer(chainId);
    return this.#archives.compressLayer(this.#parts(layer), layer.diffId, by);
  }

  async create(id: string, options: CreateOptions): Promise<void> {
    if (!idPattern.test(id)) throw invalid(`invalid container id ${JSON.stringify(id)}`);
    if (options.sizeBytes !== undefined)
      throw invalid("--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
    const { filesystems } = this.#load();
    if (filesystems.has(id)) throw conflict(`filesystem of container ${id} exists already`);
    const { parent, ephemeral = false, plain = false } = options;
    const chain = this.#chain(parent);
    // Before anything is waited for: from here on the layer is in use and the id is taken.
    filesystems.set(id, { id, parent, ephemeral, plain });
    try {
      await this.#backend.create(id, chain, options);
    } catch (error) {
      filesystems.delete(id);
      this.#backend.remove(id);
      throw error;
    }
  }

  async mount(id: string): Promise<string> {
    const filesystem = this.#filesystem(id);
    const path = await this.#backend.mount(filesystem, this.#chain(filesystem.parent));
    this.#mounts.set(id, (this.#mounts.get(id) ?? 0) + 1);
    return path;
  }

  async unmount(id: string): Promise<void> {
    const count = this.#mounts.get(id) ?? 0;
    if (count > 1) {
      this.#mounts.set(id, count - 1);
      return;
    }
    this.#mounts.delete(id);
    await this.#backend.unmount(id);
  }

  async remove(id: string): Promise<void> {
    if (!this.#load().filesystems.delete(id)) return;
    this.#mounts.delete(id);
    this.#backend.remove(id);
  }

  async exists(id: string): Promise<boolean> {
    return this.#load().filesystems.has(id);
  }

  async list(): Promise<string[]> {
    return [...this.#load().filesystems.keys()];
  }

  async filesystems(): Promise<ReadonlyMap<string, ChainId | null>> {
    return new Map([...this.#load().filesystems].map(([id, { parent }]) => [id, parent]));
  }

  async faults(): Promise<StorageFault[]> {
    const { layers, filesystems } = this.#load();
    const faults = [...layers.values()].flatMap((layer) => this.#layerFaults(layer));
    for (const filesystem of filesystems.values()) {
      faults.push(...this.#backend.filesystemFaults(filesystem));
      const { id, parent } = filesystem;
      if (parent !== null && !layers.has(parent))
        faults.push({ kind: 'filesystem', subject: id, problem: `its layer ${parent} is missing` });
    }
    for (const { subject } of this.#strays())
      faults.push({ kind: 'stray', subject, problem: 'it belongs to no layer and no container' });
    return faults;
  }

  async mend({ kind, subject }: StorageFault): Promise<void> {
    const { layers, filesystems } = this.#load();
    if (kind === 'stray') {
      this.#strays()
        .find((stray) => stray.subject === subject)
        ?.discard();
      return;
    }
    const layer = isDigest(subject) ? layers.get(subject) : undefined;
    if (layer !== undefined) {
      if (!this.#records.isRight(layer)) this.#records.rewrite(layer);
      this.#backend.mendLayer(layer);
    }
    const filesystem = filesystems.get(subject);
    if (filesystem !== undefined) this.#backend.mendFilesystem(filesystem);
  }

  #layerFaults(layer: StoredLayer): StorageFault[] {
    const faults = this.#backend.layerFaults(layer);
    if (!this.#records.isRight(layer))
      faults.push({ kind: 'piece', subject: layer.chainId, problem: 'its record is damaged or missing' });
    return faults;
  }

  /** All at one moment: nothing is waited for between looking and knowing. */
  #strays(): { readonly subject: string; readonly discard: () => void }[] {
    const { layers, filesystems } = this.#load();
    const cacheIds = new Set([...layers.values()].map(({ cacheId }) => cacheId)).union(this.#unpacking);
    return [
      ...this.#records.strays(layers, this.#unpacking).map((path) => ({
        subject: `layerdb/${path}`,
        discard: () => this.#records.discardStray(path),
      })),
      ...this.#backend.strays(cacheIds, new Set(filesystems.keys())).map((path) => ({
        subject: `${this.name}/${path}`,
        discard: () => this.#backend.discardStray(path),
      })),
    ];
  }

  async usage(id: string): Promise<{ rw: number; root: number }> {
    const filesystem = this.#filesystem(id);
    const { parent } = filesystem;
    const below = this.#ancestry(parent).reduce((sum, { size }) => sum + size, 0);
    const rw = await this.#backend.usage(filesystem, this.#chain(parent)).catch((error: unknown) => {
      const faults = this.#backend.filesystemFaults(filesystem);
      if (faults.some(({ kind }) => kind === 'filesystem')) return null;
      throw error;
    });
    return rw === null ? { rw: -1, root: below } : { rw, root: rw + below };
  }

  async changes(id: string): Promise<Change[]> {
    const filesystem = this.#filesystem(id);
    return this.#backend.changes(filesystem, this.#chain(filesystem.parent));
  }

  async diffTar(id: string): Promise<Readable> {
    const filesystem = this.#filesystem(id);
    return this.#backend.diffTar(filesystem, this.#chain(filesystem.parent));
  }

  async describe(id: string): Promise<Description> {
    const filesystem = this.#filesystem(id);
    return this.#backend.describe(filesystem, this.#chain(filesystem.parent));
  }

  async describeLayer(chainId: ChainId | null): Promise<Description> {
    return this.#backend.describeLayer(this.#chain(chainId));
  }

  async restore(running: ReadonlySet<string>): Promise<void> {
    const { filesystems, damaged } = this.#load();
    if (damaged.size > 0) await this.#recover();
    this.#mounts.clear();
    for (const id of this.#backend.mounted())
      if (running.has(id) && filesystems.has(id)) this.#mounts.set(id, 1);
      else await this.#backend.unmount(id);
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#adding.values());
    await this.#backend.settle();
  }

  #parts({ chainId, cacheId }: StoredLayer): LayerParts {
    return { root: this.#backend.layerRoot(cacheId), ...this.#records.split(chainId) };
  }

  #load(): Index {
    if (this.#index !== undefined) return this.#index;
    const { layers, damaged } = this.#records.load();
    const filesystems = this.#backend.load(layers, damaged.size > 0);
    this.#index = { layers, filesystems: new Map(filesystems.map((each) => [each.id, each])), damaged };
    return this.#index;
  }

  /** Finds the trees of layers whose records are damaged. What none is found for is set aside, what none needs goes. */
  async #recover(): Promise<void> {
    const { layers, damaged } = this.#load();
    for (const layer of await recoverLayers(damaged.keys(), layers, {
      trees: this.#backend.looseTrees(layers),
      archives: this.#archives,
      parts: (chainId, cacheId) => ({
        root: this.#backend.layerRoot(cacheId),
        ...this.#records.split(chainId),
      }),
    })) {
      this.#records.restore(layer, damaged.get(layer.chainId) ?? '');
      layers.set(layer.chainId, layer);
      damaged.delete(layer.chainId);
    }
    for (const [chainId, problem] of damaged) this.#records.setAside(chainId, problem);
    damaged.clear();
    for (const { cacheId } of this.#backend.looseTrees(layers)) this.#backend.discardLayer(cacheId);
  }

  #layer(chainId: ChainId): StoredLayer {
    const layer = this.#load().layers.get(chainId);
    if (layer === undefined) throw notFound(`layer does not exist: ${chainId}`);
    return layer;
  }

  #filesystem(id: string): StoredFilesystem {
    const filesystem = this.#load().filesystems.get(id);
    if (filesystem === undefined) throw notFound(`no filesystem of container ${id}`);
    return filesystem;
  }

  /** All layers from this one down. */
  #ancestry(top: ChainId | null): StoredLayer[] {
    const chain: StoredLayer[] = [];
    for (let chainId = top; chainId !== null; ) {
      const layer = this.#layer(chainId);
      if (chain.length > 1000) throw internal(`layers of ${top} form a circle`);
      chain.push(layer);
      chainId = layer.parent;
    }
    return chain;
  }

  /** Those of them that can be seen. */
  #chain(top: ChainId | null): Chain {
    const chain = this.#ancestry(top);
    const opaque = chain.findIndex(({ opaqueRoot }) => opaqueRoot);
    return opaque === -1 ? chain : chain.slice(0, opaque + 1);
  }
}
