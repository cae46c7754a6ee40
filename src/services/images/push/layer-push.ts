/** Brings one layer to a repository with as little work as possible. */
import { PassingFailure, RegistryRefusal } from '../../../drivers/remote/contract.ts';
import type { LayerBlob } from '../layer-sources.ts';
import type { ImageParts } from '../parts.ts';
import { withRetries } from '../transfer/retry.ts';
import type { LayerProgress } from '../transfer/transfer-progress.ts';
import { type BlobSource, blobSource } from './blob-source.ts';
import type { LayerJob, PushTarget } from './layer-job.ts';
import type { PushedLayer } from './manifest.ts';

/** Forms of a layer that are worth asking the registry for. */
const MOST_ASKED = 4;
const MOST_MOUNTS = 3;

/** Repositories of that registry that have the blob, this one left out. */
export const mountSources = (
  { repositories }: LayerBlob,
  { domain, path }: { domain: string; path: string },
) =>
  repositories
    .filter((name) => name.startsWith(`${domain}/`) && name !== `${domain}/${path}`)
    .map((name) => name.slice(domain.length + 1));

function candidates(parts: ImageParts, { diffId, wanted }: LayerJob): LayerBlob[] {
  const known = parts.sources.of(diffId);
  if (wanted === undefined) return known.slice(0, MOST_ASKED);
  return [known.find(({ digest }) => digest === wanted.digest) ?? { ...wanted, repositories: [] }];
}

const shown = (domain: string, path: string): string =>
  domain === 'docker.io' && path.startsWith('library/') ? path.slice('library/'.length) : path;

/** The registry has it, or takes it over from a repository of its own. */
async function there(
  { parts, repository, domain, path, rules }: PushTarget,
  job: LayerJob,
  progress: LayerProgress,
): Promise<LayerBlob | undefined> {
  for (const blob of candidates(parts, job)) {
    if ((await repository.blobSize(blob.digest, rules.signal)) !== null) {
      progress.say('Layer already exists');
      return blob;
    }
    for (const from of mountSources(blob, { domain, path }).slice(0, MOST_MOUNTS)) {
      if (await repository.mount(blob.digest, from, rules.signal).catch(refusedMount)) {
        progress.say(`Mounted from ${shown(domain, from)}`);
        return blob;
      }
      await parts.sources.dropRepository(job.diffId, blob.digest, `${domain}/${from}`);
    }
  }
  return undefined;
}

/** A mount is a favour: whoever refuses it gets the bytes. */
function refusedMount(error: unknown): boolean {
  if (error instanceof RegistryRefusal || error instanceof PassingFailure) return false;
  throw error;
}

async function send(
  { repository, rules }: PushTarget,
  { layer, open }: BlobSource,
  progress: LayerProgress,
): Promise<void> {
  let sent = 0;
  progress.at('Pushing', 0, layer.size);
  const onBytes = (bytes: number): void => {
    sent = bytes;
    progress.at('Pushing', bytes, layer.size);
  };
  await withRetries(
    () => repository.upload({ digest: layer.digest, size: layer.size, open }, onBytes, rules.signal),
    () => sent,
    rules,
    progress,
  );
}

/** Answers the layer as the registry has it now. Throws `BlobGone` where the wanted bytes can't be had any more. */
export async function pushLayer(
  target: PushTarget,
  job: LayerJob,
  progress: LayerProgress,
): Promise<PushedLayer> {
  const { parts, domain, path, rules } = target;
  const { transfers, sources } = parts;
  const { signal } = rules;
  if (transfers.uploads.busy) progress.say('Waiting');
  return transfers.uploads.run(async () => {
    const name = `${domain}/${path}`;
    const found = await withRetries(
      () => there(target, job, progress),
      () => 0,
      rules,
      progress,
    );
    if (found !== undefined) {
      await sources.add(job.diffId, found, name);
      return { mediaType: found.mediaType, digest: found.digest, size: found.size };
    }
    const source = await blobSource(target, job, candidates(parts, job));
    try {
      signal.throwIfAborted();
      await send(target, source, progress);
      const { layer, ours } = source;
      await sources.add(job.diffId, { ...layer, ...(ours && { ours: true, compressor: ours }) }, name);
      progress.say('Pushed');
      return layer;
    } finally {
      await source.close();
    }
  }, signal);
}
