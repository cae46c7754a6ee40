/** Reads the facts: a look at everything at one moment, then the bytes, while the engine works on. */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { ChainId, LayerInfo, StorageFault } from '../../../drivers/storage/contract.ts';
import { messageOf } from '../../../errors/minke-error.ts';
import { familiarString } from '../../../kit/reference/reference.ts';
import { showPlatform } from '../../../wire/api/platform.ts';
import { chainIds, type Digest, parseDigest } from '../../../wire/digest.ts';
import { parseImageConfig } from '../../../wire/oci-document.ts';
import { documentLimits, type ImageConfig } from '../../../wire/oci-image.ts';
import type { ContainerFilesystems } from '../../containers/contract.ts';
import type { ImageRecord } from '../catalog.ts';
import { neededBlobs } from '../image-blobs.ts';
import type { ImageParts } from '../parts.ts';
import type { BlobFacts, ImageFacts, LayerFacts, StoreFacts } from './facts.ts';

/** Bytes that were read of those to read. */
export type Report = (what: string, id: string, current: number, total: number) => void;

/** What images and containers need at one moment. */
interface Needs {
  readonly layers: ReadonlySet<ChainId>;
  readonly blobs: ReadonlySet<Digest>;
}

interface Look {
  readonly images: readonly {
    readonly id: Digest;
    readonly record: ImageRecord;
    readonly problem: string | null;
  }[];
  readonly layers: readonly (LayerInfo & { readonly held: boolean })[];
  readonly blobs: readonly { readonly digest: Digest; readonly size: number; readonly pinned: boolean }[];
  readonly sources: ReadonlySet<Digest>;
  readonly faults: readonly StorageFault[];
  readonly filesystems: ReadonlyMap<string, ChainId | null>;
  readonly containers: ContainerFilesystems;
  readonly needs: Needs;
  readonly busy: boolean;
}

/** What goes on around. */
export interface Surroundings {
  readonly containers: () => ContainerFilesystems;
  /** Whether images or layers are being made or removed now. */
  readonly changing: () => boolean;
}

async function needsOf(parts: ImageParts): Promise<Needs> {
  const parents = new Map((await parts.storage.layers()).map(({ chainId, parent }) => [chainId, parent]));
  const filesystems = await parts.storage.filesystems();
  const layers = new Set([...parts.catalog.all()].flatMap(({ chain }) => chain));
  for (const top of filesystems.values())
    for (let next = top; next !== null; next = parents.get(next) ?? null) layers.add(next);
  return { layers, blobs: neededBlobs(parts) };
}

/** @param releases gets what lets go again of all that was seen */
async function look(
  parts: ImageParts,
  { containers, changing }: Surroundings,
  releases: (() => void)[],
): Promise<Look> {
  const { catalog, layers, blobs, sources, storage } = parts;
  const busy = changing();
  const needs = await needsOf(parts);
  // Before the blobs: what an image names was there before it did.
  const images = [
    ...[...catalog.all()].map(({ id, record }) => ({ id, record, problem: null })),
    ...catalog.broken(),
  ];
  const stored: Look['layers'][number][] = [];
  for (const info of await storage.layers()) {
    const held = layers.holdsOn(info.chainId) > 0;
    releases.push(layers.hold([info.chainId]));
    // What is there now that it is held stays there.
    if (await layers.exists(info.chainId)) stored.push({ ...info, held });
  }
  const listed = (await blobs.store.list()).map((blob) => ({
    ...blob,
    pinned: blobs.pinsOn(blob.digest) > 0,
  }));
  releases.push(blobs.pin(listed.map(({ digest }) => digest)));
  return {
    images,
    layers: stored,
    blobs: listed,
    sources: new Set([...sources.all()].map(({ diffId }) => diffId)),
    faults: await storage.faults(),
    filesystems: await storage.filesystems(),
    containers: containers(),
    needs,
    // Whoever began meanwhile may be on the way to the end of it.
    busy: busy || changing(),
  };
}

/**
 * What was seen stays until all has been read: layers and blobs are held meanwhile. What came or went meanwhile is
 * left out, and what was held of it goes then.
 */
export async function gather(
  parts: ImageParts,
  around: Surroundings,
  report: Report,
  signal: AbortSignal,
): Promise<StoreFacts> {
  const releases: (() => void)[] = [];
  let seen: Look | undefined;
  try {
    seen = await parts.catalog.exclusively(() => look(parts, around, releases));
    const blobs = await readBlobs(parts, seen, report, signal);
    const layers = await readLayers(parts, seen, report, signal);
    return await again(parts, seen, { blobs, layers }, around);
  } finally {
    for (const release of releases) release();
    if (seen !== undefined) await letGo(parts, seen);
  }
}

/** The second look: only what is so at both counts. */
async function again(
  parts: ImageParts,
  seen: Look,
  read: {
    readonly blobs: readonly BlobFacts[];
    readonly layers: readonly Omit<LayerFacts, 'counted' | 'images'>[];
  },
  { containers }: Surroundings,
): Promise<StoreFacts> {
  const storage = await parts.storage.faults();
  const filesystems = [...(await parts.storage.filesystems())];
  const images = await imageFacts(parts, seen, read.blobs);
  const needs = await needsOf(parts);
  const moved = <T>(before: ReadonlySet<T>, now: ReadonlySet<T>, one: T) => before.has(one) !== now.has(one);
  const counts = new Map<ChainId, number>();
  for (const { chain } of parts.catalog.all())
    for (const chainId of chain) counts.set(chainId, (counts.get(chainId) ?? 0) + 1);
  const before = new Set(seen.faults.map(({ kind, subject }) => `${kind} ${subject}`));
  const { owned, settled } = containers();
  return {
    images,
    layers: read.layers.map((layer) => ({
      ...layer,
      counted: parts.layers.imagesOn(layer.chainId),
      images: counts.get(layer.chainId) ?? 0,
      // One hold is our own.
      held:
        layer.held ||
        parts.layers.holdsOn(layer.chainId) > 1 ||
        moved(seen.needs.layers, needs.layers, layer.chainId),
    })),
    blobs: read.blobs.map((blob) => ({
      ...blob,
      pinned:
        blob.pinned ||
        parts.blobs.pinsOn(blob.digest) > 1 ||
        moved(seen.needs.blobs, needs.blobs, blob.digest),
    })),
    sources: [...parts.sources.all()]
      .filter(({ diffId }) => seen.sources.has(diffId))
      .map(({ diffId, blobs: forms }) => ({ diffId, blobs: forms.map(({ digest }) => digest) })),
    lostNames: parts.names.lost().map(({ ref, id }) => ({ name: familiarString(ref), image: id })),
    filesystems: filesystems
      .filter(([id]) => seen.filesystems.has(id))
      .map(([id, parent]) => ({ id, parent })),
    owned: owned.filter(({ id }) => seen.containers.owned.some((one) => one.id === id)),
    busy: seen.busy,
    settled: settled && seen.containers.settled,
    storage: storage.filter(({ kind, subject }) => before.has(`${kind} ${subject}`)),
  };
}

/** What lost its owner while it was held. */
async function letGo(parts: ImageParts, seen: Look): Promise<void> {
  const needs = await needsOf(parts);
  const gone = new Set([...seen.needs.layers].filter((chainId) => !needs.layers.has(chainId)));
  for (let removed = gone.size; removed > 0; ) {
    removed = 0;
    for (const chainId of gone) {
      if ((await parts.layers.collect([chainId])).length === 0) continue;
      gone.delete(chainId);
      removed++;
    }
  }
  if ([...seen.needs.blobs].some((digest) => !needs.blobs.has(digest))) await parts.blobs.sweep(parts);
}

async function readBlobs(
  { blobs }: ImageParts,
  seen: Look,
  report: Report,
  signal: AbortSignal,
): Promise<BlobFacts[]> {
  const facts: BlobFacts[] = [];
  const total = seen.blobs.reduce((sum, { size }) => sum + size, 0);
  let current = 0;
  for (const { digest, pinned } of seen.blobs) {
    signal.throwIfAborted();
    report('Checking blobs', 'blobs', current, total);
    const opened = await blobs.store.open(digest);
    // Removed meanwhile with its image.
    if (opened === null) continue;
    const actual = await digestOf(opened.stream, digest, signal).catch(unreadable(signal));
    facts.push({ digest, whole: actual === digest, pinned });
    current += opened.size;
  }
  report('Checking blobs', 'blobs', current, current);
  return facts;
}

async function readLayers(
  { storage }: ImageParts,
  seen: Look,
  report: Report,
  signal: AbortSignal,
): Promise<Omit<LayerFacts, 'counted' | 'images'>[]> {
  const facts: Omit<LayerFacts, 'counted' | 'images'>[] = [];
  const total = seen.layers.reduce((sum, { tarSize }) => sum + tarSize, 0);
  const noTree = new Set(seen.faults.flatMap(({ kind, subject }) => (kind === 'tree' ? [subject] : [])));
  let current = 0;
  for (const { chainId, diffId, parent, held, tarSize } of seen.layers) {
    signal.throwIfAborted();
    report('Checking layers', 'layers', current, total);
    const problem = noTree.has(chainId)
      ? 'its files are missing'
      : await storage
          .layerTar(chainId)
          .then((tar) => digestOf(tar, diffId, signal))
          .then(
            (actual) => (actual === diffId ? null : 'its files are not what they were'),
            (error: unknown) => {
              signal.throwIfAborted();
              return `its files can't be read: ${messageOf(error)}`;
            },
          );
    facts.push({ chainId, diffId, parent, held, problem });
    current += tarSize;
  }
  report('Checking layers', 'layers', total, total);
  return facts;
}

/** Images as they are now, of those that were seen. */
async function imageFacts(parts: ImageParts, seen: Look, blobs: readonly BlobFacts[]): Promise<ImageFacts[]> {
  const whole = new Map(blobs.map((blob) => [blob.digest, blob.whole]));
  const broken = new Set([...parts.catalog.broken()].map(({ id }) => id));
  const facts: ImageFacts[] = [];
  for (const image of seen.images) {
    const { id } = image;
    const listed = parts.catalog.get(id);
    if (listed === undefined && !broken.has(id)) continue;
    const config = listed?.config ?? (whole.get(id) === true ? await readConfig(parts, id) : null);
    const damage = whole.get(id) === undefined ? 'its config is missing' : 'its config is damaged';
    facts.push({
      id,
      chain: config === null ? [] : chainIds(config.rootfs.diff_ids),
      problem: image.problem ?? (whole.get(id) === true ? null : damage),
      manifests: (image.record.manifests ?? []).filter(
        (kept) => listed === undefined || listed.record.manifests?.includes(kept),
      ),
      names: parts.names.of(id).map(familiarString),
      platform: config === null ? null : foreignPlatform(parts, config),
      containers: parts.usedBy(id).map(({ container }) => container.slice(0, 12)),
    });
  }
  return facts;
}

const readConfig = async (parts: ImageParts, id: Digest): Promise<ImageConfig | null> => {
  const bytes = await parts.blobs.store.read(id, documentLimits.config);
  return bytes === null ? null : parseImageConfig(bytes).config;
};

function foreignPlatform(parts: ImageParts, { os, architecture, variant }: ImageConfig): string | null {
  return os === parts.platform.os && architecture === parts.platform.architecture
    ? null
    : showPlatform({ os, architecture, variant: variant ?? '' });
}

async function digestOf(stream: Readable, like: Digest, signal: AbortSignal): Promise<Digest> {
  const algorithm = like.slice(0, like.indexOf(':'));
  const hash = createHash(algorithm);
  try {
    for await (const chunk of stream) {
      signal.throwIfAborted();
      hash.update(chunk);
    }
  } finally {
    stream.destroy();
  }
  return parseDigest(`${algorithm}:${hash.digest('hex')}`);
}

const unreadable =
  (signal: AbortSignal) =>
  (_: unknown): null => {
    signal.throwIfAborted();
    return null;
  };
