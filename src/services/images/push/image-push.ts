/** One image: its layers, its config, and the manifest that names them. */
import { internal } from '../../../errors/minke-error.ts';
import { parseManifest } from '../../../wire/oci-document.ts';
import { documentLimits, type Manifest } from '../../../wire/oci-image.ts';
import type { ImageEntry, KeptManifest } from '../catalog.ts';
import type { ProgressMessage } from '../contract.ts';
import type { ImageParts } from '../parts.ts';
import { withRetries } from '../transfer/retry.ts';
import { LayerProgress, WholeProgress } from '../transfer/transfer-progress.ts';
import { BlobGone } from './blob-source.ts';
import type { PushTarget } from './layer-job.ts';
import { pushLayer } from './layer-push.ts';
import { type PushedLayer, schema2Manifest } from './manifest.ts';

export type Emit = (message: ProgressMessage) => void;

export interface Document {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

interface Original {
  readonly document: Document;
  readonly manifest: Manifest;
}

async function readOriginal(
  { blobs }: ImageParts,
  { digest, mediaType }: KeptManifest,
): Promise<Original | undefined> {
  const bytes = await blobs.store.read(digest, documentLimits.manifest);
  if (bytes === null) return undefined;
  const parsed = parseManifest(bytes, mediaType);
  return parsed.kind === 'manifest'
    ? { document: { mediaType, bytes }, manifest: parsed.manifest }
    : undefined;
}

/** The manifest that the image came by, and its layers; undefined where it came by none or that is not here. */
async function originalOf(parts: ImageParts, { record }: ImageEntry): Promise<Original | undefined> {
  for (const kept of record.manifests ?? []) {
    const original = await readOriginal(parts, kept);
    if (original !== undefined) return original;
  }
  return undefined;
}

async function pushLayers(
  target: PushTarget,
  entry: ImageEntry,
  wanted: readonly PushedLayer[] | undefined,
  emit: Emit,
): Promise<PushedLayer[]> {
  const { parts } = target;
  const diffIds = entry.config.rootfs.diff_ids;
  const infos = await parts.layers.infos(entry.chain);
  const whole = new WholeProgress(infos.reduce((sum, { tarSize }) => sum + tarSize, 0));
  const stop = new AbortController();
  const signal = AbortSignal.any([target.rules.signal, stop.signal]);
  const inner: PushTarget = { ...target, rules: { ...target.rules, signal } };
  const jobs = entry.chain.map((chainId, i) => {
    const diffId = diffIds[i] ?? chainId;
    const blob = wanted?.[i];
    const job = { chainId, diffId, ...(blob === undefined ? {} : { wanted: blob }) };
    return { job, progress: new LayerProgress(emit, diffId, whole), size: infos[i]?.tarSize ?? 0 };
  });
  // The topmost first, as Docker lists them.
  for (const { progress } of jobs.toReversed()) progress.say('Preparing');
  let failure: unknown;
  const running = jobs.map(async ({ job, progress, size }) => {
    try {
      const layer = await pushLayer(inner, job, progress);
      progress.advance(size);
      return layer;
    } catch (error) {
      failure ??= error;
      stop.abort();
      throw error;
    }
  });
  const results = await Promise.allSettled(running);
  if (failure !== undefined) throw failure;
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

async function pushConfig({ parts, repository, rules }: PushTarget, entry: ImageEntry): Promise<void> {
  const bytes = await parts.catalog.config(entry.id);
  if (bytes === null) throw internal(`the config of image ${entry.id} is missing`);
  const progress = new LayerProgress(() => {}, entry.id, null);
  const { Readable } = await import('node:stream');
  await withRetries(
    async () => {
      if ((await repository.blobSize(entry.id, rules.signal)) !== null) return;
      const open = (offset: number) =>
        Readable.from([Buffer.from(bytes.subarray(offset))], { objectMode: false });
      await repository.upload({ digest: entry.id, size: bytes.length, open }, () => {}, rules.signal);
    },
    () => 0,
    rules,
    progress,
  );
}

async function pushOriginal(
  target: PushTarget,
  entry: ImageEntry,
  { document, manifest }: Original,
  emit: Emit,
): Promise<Document> {
  await pushLayers(target, entry, manifest.layers, emit);
  await pushConfig(target, entry);
  return document;
}

/** With that manifest and no other. Throws `BlobGone` where what it names can't be had any more. */
export async function pushByManifest(
  target: PushTarget,
  entry: ImageEntry,
  kept: KeptManifest,
  emit: Emit,
): Promise<Document> {
  const original = await readOriginal(target.parts, kept);
  if (original === undefined) throw new BlobGone(kept.digest);
  return pushOriginal(target, entry, original, emit);
}

/** With the manifest that the image came by, so that its digest stays; else with one of ours. */
export async function pushImage(target: PushTarget, entry: ImageEntry, emit: Emit): Promise<Document> {
  const original = await originalOf(target.parts, entry);
  if (original !== undefined) {
    try {
      return await pushOriginal(target, entry, original, emit);
    } catch (error) {
      if (!(error instanceof BlobGone)) throw error;
      target.parts.log.info('an image is pushed with a new digest', { image: entry.id, why: error.message });
    }
  }
  const layers = await pushLayers(target, entry, undefined, emit);
  await pushConfig(target, entry);
  return schema2Manifest({ digest: entry.id, size: entry.configSize }, layers);
}
