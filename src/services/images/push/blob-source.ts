/** Where the bytes of a layer's blob come from when they have to be sent. */
import type { Readable } from 'node:stream';
import { PassingFailure, RegistryRefusal } from '../../../drivers/remote/contract.ts';
import type { Scratch } from '../../../drivers/state/contract.ts';
import { MinkeError } from '../../../errors/minke-error.ts';
import type { Compressor } from '../../../kit/compression/compressor.ts';
import type { LayerBlob } from '../layer-sources.ts';
import type { ImageParts } from '../parts.ts';
import { download } from '../transfer/download.ts';
import { LayerProgress } from '../transfer/transfer-progress.ts';
import { compressLayer } from './compress.ts';
import type { LayerJob, PushTarget } from './layer-job.ts';
import type { PushedLayer } from './manifest.ts';

/** `domain`: the registry that has been asked already, '' for none. */
export type BlobOrigin = Pick<PushTarget, 'parts' | 'domain' | 'rules' | 'enter'>;

export interface BlobSource {
  readonly layer: PushedLayer;
  /** Where we can make the same bytes again: by what. */
  readonly ours?: Compressor | undefined;
  open(offset: number): Readable;
  close(): Promise<void>;
}

/** The bytes that a manifest names are nowhere to be had: the image needs another manifest. */
export class BlobGone extends MinkeError {
  constructor(digest: string) {
    super('not-found', `blob ${digest} is not here, and no registry that had it gives it`);
  }
}

/** Those from before there was more than one are zlib's. */
const madeBy = ({ ours, compressor = 'zlib' }: LayerBlob): Compressor | undefined =>
  ours ? compressor : undefined;

async function kept(parts: ImageParts, blobs: readonly LayerBlob[]): Promise<BlobSource | undefined> {
  const { store } = parts.blobs;
  for (const blob of blobs) {
    const { digest, size, mediaType } = blob;
    if (!(await store.has(digest))) continue;
    const layer = { digest, size, mediaType };
    return {
      layer,
      ours: madeBy(blob),
      open: (offset) => store.stream(digest, offset),
      close: async () => {},
    };
  }
  return undefined;
}

const onScratch = (scratch: Scratch, layer: PushedLayer, ours?: Compressor): BlobSource => ({
  layer,
  ours,
  open: (offset) => scratch.read(offset, scratch.size - offset),
  close: () => scratch.close(),
});

/** Compresses the layer; undefined where that gives other bytes than the wanted ones. */
async function compressed(
  { parts, rules }: BlobOrigin,
  job: LayerJob,
  by: Compressor | undefined,
): Promise<BlobSource | undefined> {
  if (by === undefined || !parts.storage.compressors.includes(by)) return undefined;
  const scratch = await parts.scratch.create();
  try {
    const layer = await compressLayer(parts, job.chainId, by, scratch, rules.signal);
    if (job.wanted === undefined) return onScratch(scratch, layer, by);
    if (job.wanted.digest === layer.digest)
      return onScratch(scratch, { ...layer, mediaType: job.wanted.mediaType }, by);
  } catch (error) {
    await scratch.close();
    throw error;
  }
  await scratch.close();
  return undefined;
}

/** The layer's own tar, of manifests whose layers are not compressed. */
async function plain({ parts, rules }: BlobOrigin, job: LayerJob, layer: PushedLayer): Promise<BlobSource> {
  const scratch = await parts.scratch.create();
  try {
    for await (const chunk of await parts.storage.layerTar(job.chainId)) {
      rules.signal.throwIfAborted();
      await scratch.append(chunk);
    }
    return onScratch(scratch, layer);
  } catch (error) {
    await scratch.close();
    throw error;
  }
}

/** From a registry that had it when the layer came from there. */
async function fromElsewhere(
  { parts, domain, rules, enter }: BlobOrigin,
  layer: PushedLayer,
  repositories: readonly string[],
): Promise<BlobSource | undefined> {
  for (const name of repositories.filter((one) => !one.startsWith(`${domain}/`))) {
    const slash = name.indexOf('/');
    const from = { domain: name.slice(0, slash), path: name.slice(slash + 1) };
    const shared = parts.transfers.share(layer.digest);
    try {
      const incoming = await parts.transfers.blobs.run(layer.digest, async () => {
        const blob = await shared.open();
        const repository = parts.remote.open(from, { actions: 'pull', credentials: enter(from.domain) });
        const progress = new LayerProgress(() => {}, layer.digest, null);
        await download(repository, blob, layer, { progress, rules: { ...rules, attempts: 2 } });
        return blob;
      });
      shared.done();
      return {
        layer,
        open: (offset) => incoming.read(offset),
        close: () => shared.leave(parts.blobPolicy()),
      };
    } catch (error) {
      await shared.leave('later');
      rules.signal.throwIfAborted();
      if (!(error instanceof RegistryRefusal) && !(error instanceof PassingFailure)) throw error;
    }
  }
  return undefined;
}

/** @param blobs forms of the layer that are known; the wanted one alone where one is */
export async function blobSource(
  target: BlobOrigin,
  job: LayerJob,
  blobs: readonly LayerBlob[],
): Promise<BlobSource> {
  const here = await kept(target.parts, blobs);
  if (here !== undefined) return here;
  const { wanted } = job;
  if (wanted !== undefined && wanted.digest === job.diffId) return plain(target, job, wanted);
  const [known] = blobs;
  const by = wanted === undefined ? target.parts.storage.compressors[0] : known && madeBy(known);
  const made = await compressed(target, job, by);
  if (made !== undefined) return made;
  const fetched = wanted && (await fromElsewhere(target, wanted, known?.repositories ?? []));
  if (fetched) return fetched;
  throw new BlobGone(wanted?.digest ?? job.diffId);
}
