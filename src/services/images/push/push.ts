/** Images to a registry. */
import { PassingFailure, RegistryRefusal, type Repository } from '../../../drivers/remote/contract.ts';
import { internal, invalid, MinkeError, messageOf, notFound } from '../../../errors/minke-error.ts';
import {
  familiarName,
  familiarString,
  nameOf,
  parseReference,
  type Reference,
  withTag,
} from '../../../kit/reference/reference.ts';
import { showPlatform } from '../../../wire/api/platform.ts';
import type { Digest } from '../../../wire/digest.ts';
import { parseManifest } from '../../../wire/oci-document.ts';
import { documentLimits, type Manifest } from '../../../wire/oci-image.ts';
import { announceTransfer } from '../announce.ts';
import type { ImageEntry, KeptManifest } from '../catalog.ts';
import type { ProgressMessage, PushRequest } from '../contract.ts';
import { isTag } from '../names.ts';
import type { ImageParts } from '../parts.ts';
import { isPlatform } from '../platform/match.ts';
import { statusMessage } from '../progress.ts';
import { withRetries } from '../transfer/retry.ts';
import { LayerProgress, WholeProgress } from '../transfer/transfer-progress.ts';
import { BlobGone } from './blob-source.ts';
import type { PushTarget } from './layer-job.ts';
import { mountSources, pushLayer } from './layer-push.ts';
import { type PushedLayer, schema2Manifest } from './manifest.ts';

type Emit = (message: ProgressMessage) => void;

interface Document {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** The manifest that the image came by, and its layers; undefined where it came by none or that is not here. */
async function originalOf(
  parts: ImageParts,
  { record }: ImageEntry,
): Promise<{ document: Document; manifest: Manifest } | undefined> {
  for (const { digest, mediaType } of record.manifests ?? []) {
    const bytes = await parts.blobs.store.read(digest, documentLimits.manifest);
    if (bytes === null) continue;
    const parsed = parseManifest(bytes, mediaType);
    if (parsed.kind === 'manifest') return { document: { mediaType, bytes }, manifest: parsed.manifest };
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
      const open = (offset: number) => Readable.from([bytes.subarray(offset)], { objectMode: false });
      await repository.upload({ digest: entry.id, size: bytes.length, open }, () => {}, rules.signal);
    },
    () => 0,
    rules,
    progress,
  );
}

/** With the manifest that the image came by, so that its digest stays; else with one of ours. */
async function pushImage(target: PushTarget, entry: ImageEntry, emit: Emit): Promise<Document> {
  const original = await originalOf(target.parts, entry);
  if (original !== undefined) {
    try {
      await pushLayers(target, entry, original.manifest.layers, emit);
      await pushConfig(target, entry);
      return original.document;
    } catch (error) {
      if (!(error instanceof BlobGone)) throw error;
      target.parts.log.info('an image is pushed with a new digest', { image: entry.id, why: error.message });
    }
  }
  const layers = await pushLayers(target, entry, undefined, emit);
  await pushConfig(target, entry);
  return schema2Manifest({ digest: entry.id, size: entry.configSize }, layers);
}

async function pushTag(target: PushTarget, entry: ImageEntry, ref: Reference, emit: Emit): Promise<void> {
  const { parts, repository, rules } = target;
  const release = parts.layers.hold(entry.chain);
  try {
    const document = await pushImage(target, entry, emit);
    const { mediaType, bytes } = document;
    const tag = ref.tag ?? '';
    await withRetries(
      () => repository.putManifest(tag, document, rules.signal),
      () => 0,
      rules,
      new LayerProgress(() => {}, entry.id, null),
    );
    const { digest, size } = await keepPushed(parts, entry.id, mediaType, bytes);
    const { domain, path } = ref;
    await parts.names.set({ domain, path, digest }, entry.id);
    emit(statusMessage(`${tag}: digest: ${digest} size: ${size}`));
    emit({ progressDetail: {}, aux: { Tag: tag, Digest: digest, Size: size } });
  } finally {
    release();
    await parts.layers.collect(entry.chain);
  }
}

async function keepPushed(
  parts: ImageParts,
  id: Digest,
  mediaType: string,
  bytes: Buffer,
): Promise<{ digest: Digest; size: number }> {
  const { digest, size } = await parts.blobs.store.put(bytes);
  const known = parts.catalog.get(id)?.record.manifests?.find((kept) => kept.digest === digest);
  const kept: KeptManifest = known ?? { digest, mediaType, size };
  await parts.catalog.addManifest(id, kept);
  return { digest, size };
}

interface Chosen {
  readonly ref: Reference;
  readonly entry: ImageEntry;
}

/** What the name stands for: one tag, or all of the repository. */
function choose(parts: ImageParts, ref: Reference): Chosen[] {
  const named = parts.names.ofRepository(ref).filter((one) => isTag(one.ref));
  if (named.length === 0)
    throw notFound(`An image does not exist locally with the tag: ${familiarName(ref)}`);
  const wanted = ref.tag === undefined ? named : named.filter((one) => one.ref.tag === ref.tag);
  if (wanted.length === 0) throw notFound(`tag does not exist: ${familiarString(ref)}`);
  return wanted.map((one) => {
    const entry = parts.catalog.get(one.id);
    if (entry === undefined) throw notFound(`No such image: ${familiarString(one.ref)}`);
    return { ref: one.ref, entry };
  });
}

function checkPlatform(
  parts: ImageParts,
  ref: Reference,
  wanted: NonNullable<PushRequest['platform']>,
): void {
  for (const { entry } of choose(parts, ref)) {
    const { os, architecture, variant } = entry.config;
    const held = { os, architecture, ...(variant ? { variant } : {}) };
    if (!isPlatform(held, wanted))
      throw notFound(
        `image with reference ${familiarString(ref)} was found but its platform (${showPlatform(held)}) does not match the specified platform (${showPlatform(wanted)})`,
      );
  }
}

function openRepository(
  parts: ImageParts,
  ref: Reference,
  request: PushRequest,
  chosen: readonly Chosen[],
): Repository {
  const alsoPull = new Set<string>();
  for (const { entry } of chosen)
    for (const diffId of entry.config.rootfs.diff_ids)
      for (const blob of parts.sources.of(diffId))
        for (const path of mountSources(blob, ref)) if (alsoPull.size < 8) alsoPull.add(path);
  return parts.remote.open(ref, {
    actions: 'push',
    credentials: request.credentials,
    alsoPull: [...alsoPull],
  });
}

/** What a registry refused, as Docker says it of a push. */
function pushFailure(error: unknown): MinkeError {
  if (error instanceof RegistryRefusal && error.code === 'NO_CREDENTIALS')
    return new RegistryRefusal(error.code, error.message.replace(/^\w+ "[^"]*": /, ''));
  return error instanceof MinkeError || error instanceof PassingFailure
    ? error
    : internal(messageOf(error), error);
}

export async function pushImages(
  parts: ImageParts,
  request: PushRequest,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  const named = parseReference(request.image);
  const ref = request.tag === undefined ? named : withTag(named, request.tag);
  if (request.platform !== undefined) checkPlatform(parts, ref, request.platform);
  emit(statusMessage(`The push refers to repository [${nameOf(ref)}]`));
  if (ref.digest !== undefined) throw invalid('cannot push a digest reference');
  const chosen = choose(parts, ref);
  const { domain, path } = ref;
  const target: PushTarget = {
    parts,
    repository: openRepository(parts, ref, request, chosen),
    domain,
    path,
    rules: { attempts: parts.limits().attempts, wait: parts.wait, signal },
  };
  try {
    await target.repository.enter(signal);
    for (const one of chosen) await pushTag(target, one.entry, one.ref, emit);
    announceTransfer(parts, 'push', ref);
  } catch (error) {
    signal.throwIfAborted();
    throw pushFailure(error);
  }
}
