/** Images from a registry. */
import {
  PassingFailure,
  RegistryRefusal,
  type RemoteDescriptor,
  type RemoteManifest,
  type Repository,
} from '../../../drivers/remote/contract.ts';
import { internal, MinkeError } from '../../../errors/minke-error.ts';
import { fitsPlatform, isPlatform } from '../../../kit/platform/match.ts';
import { parsePlatform } from '../../../kit/platform/parse.ts';
import {
  familiarName,
  familiarString,
  type Reference,
  referenceString,
  withTag,
} from '../../../kit/reference/reference.ts';
import { showPlatform } from '../../../wire/api/platform.ts';
import { chainIds, type Digest } from '../../../wire/digest.ts';
import { announceTransfer } from '../announce.ts';
import type { KeptManifest } from '../catalog.ts';
import type { ProgressMessage, PullRequest } from '../contract.ts';
import type { ImageParts, ImagePlatform } from '../parts.ts';
import { platformOf } from '../platform/of-image.ts';
import { nameTogether } from '../platform/together.ts';
import { statusMessage } from '../progress.ts';
import { patient } from '../transfer/patient.ts';
import { type FetchedConfig, fetchConfig } from './config.ts';
import { pullFailure } from './failure.ts';
import { fetchLayers } from './fetch-layers.ts';
import { type ResolvedManifest, resolveManifest } from './resolve.ts';
import { pullTarget } from './target.ts';

interface Pull {
  readonly parts: ImageParts;
  readonly repository: Repository;
  readonly platform: ImagePlatform;
  readonly emit: (message: ProgressMessage) => void;
  readonly signal: AbortSignal;
}

/** An image that is here already, whole, by that very manifest or index. */
function heldBy({ parts, platform }: Pull, { digest }: RemoteDescriptor): Digest | undefined {
  for (const entry of parts.catalog.all()) {
    const came = entry.record.manifests?.some((kept) => kept.digest === digest || kept.index === digest);
    if (came && isPlatform(platformOf(entry), platform)) return entry.id;
  }
  return undefined;
}

async function keepDocuments(
  { parts, platform }: Pull,
  { document, index }: ResolvedManifest,
  { id }: FetchedConfig,
): Promise<void> {
  const blobs: RemoteManifest[] = index === undefined ? [document] : [document, index];
  for (const { digest, bytes } of blobs) await parts.blobs.store.put(bytes, { digest });
  const kept: KeptManifest = {
    digest: document.digest,
    mediaType: document.mediaType,
    size: document.size,
    ...(index === undefined ? {} : { index: index.digest }),
  };
  await parts.catalog.addManifest(id, kept);
  parts.log.debug('image pulled', { id, platform: `${platform.os}/${platform.architecture}` });
}

async function fetchImage(pull: Pull, ref: Reference, resolved: ResolvedManifest): Promise<Digest> {
  const { parts, repository, emit, signal } = pull;
  const { layers } = resolved.manifest;
  const rules = { attempts: parts.limits().attempts, wait: parts.wait, signal };
  const unpin = parts.blobs.pin([
    resolved.document.digest,
    ...(resolved.index === undefined ? [] : [resolved.index.digest]),
    ...layers.map(({ digest }) => digest),
  ]);
  try {
    const config = await fetchConfig(parts, repository, resolved.manifest, rules);
    const diffIds = config.config.rootfs.diff_ids;
    const chain = chainIds(diffIds);
    const release = parts.layers.hold(chain);
    try {
      // An image that is here has its layers; only who names it so is new.
      if (parts.catalog.get(config.id) === undefined) {
        await parts.unfinished.begin(config.id, chain);
        await fetchLayers(parts, layers, diffIds, { repository, emit, rules });
      }
      for (const [i, { digest, size, mediaType }] of layers.entries()) {
        const diffId = diffIds[i];
        if (diffId !== undefined)
          await parts.sources.add(diffId, { digest, size, mediaType }, `${ref.domain}/${ref.path}`);
      }
      await parts.catalog.add(config.bytes);
      await parts.unfinished.end(config.id);
      await keepDocuments(pull, resolved, config);
      return config.id;
    } finally {
      release();
      // After a failure what is there stays for the next try, unless somebody let go of it meanwhile.
      await parts.layers.collect(chain);
    }
  } finally {
    unpin();
  }
}

/** True where something is new: the image, or who has the name. */
async function pullOne(pull: Pull, ref: Reference): Promise<boolean> {
  const { parts, repository, emit, signal } = pull;
  const asked = ref.digest ?? ref.tag ?? '';
  const described = await repository.describe(asked, signal);
  const held = described === null ? undefined : heldBy(pull, described);
  const fresh = held === undefined ? await repository.manifest(asked, signal) : null;
  const digest = fresh?.digest ?? described?.digest;
  const begins = (): void =>
    emit({
      status: `Pulling from ${familiarPath(ref)}`,
      id: ref.digest === undefined ? asked : referenceString(ref),
    });
  if (fresh === null) begins();
  const resolved =
    fresh === null ? null : await resolveManifest(repository, ref, fresh, pull.platform, { begins, signal });
  const id = resolved === null ? held : await fetchImage(pull, ref, resolved);
  if (id === undefined || digest === undefined) throw internal('nothing was pulled');
  parts.lastUse.mark(id);
  emit(statusMessage(`Digest: ${digest}`));
  const { domain, path } = ref;
  const byDigest: Reference = { domain, path, digest };
  const before = parts.names.all(ref);
  await nameTogether(parts, byDigest, id, digest);
  if (ref.digest === undefined) await nameTogether(parts, ref, id, digest);
  return !before.includes(id);
}

const familiarPath = ({ domain, path }: Reference): string =>
  domain === 'docker.io' ? path : familiarName({ domain, path }).slice(domain.length + 1);

function statusOf(isNew: boolean, ref: Reference): ProgressMessage {
  const word = isNew ? 'Downloaded newer image' : 'Image is up to date';
  return statusMessage(`Status: ${word} for ${familiarString(ref)}`);
}

/** An image that comes in one form only may be for another platform than was asked for. */
function warnOfPlatform(
  parts: ImageParts,
  refs: readonly Reference[],
  wanted: ImagePlatform,
  emit: Pull['emit'],
): void {
  for (const ref of refs) {
    const here = parts.names.all(ref).flatMap((id) => parts.catalog.get(id) ?? []);
    const [first] = here;
    if (first === undefined) continue;
    const held = platformOf(first);
    if (!here.some((entry) => fitsPlatform(platformOf(entry), wanted)))
      emit(
        statusMessage(
          `WARNING: image with reference ${familiarString(ref)} was found but its platform (${showPlatform(held)}) does not match the specified platform (${showPlatform(wanted)})`,
        ),
      );
  }
}

export async function pullImages(
  parts: ImageParts,
  request: PullRequest,
  emit: (message: ProgressMessage) => void,
  signal: AbortSignal,
): Promise<void> {
  const ref = pullTarget(request.image, request.tag);
  const platform = request.platform ? parsePlatform(request.platform, parts.platform) : parts.platform;
  const rules = { attempts: parts.limits().attempts, wait: parts.wait, signal };
  const opened = parts.remote.open(ref, { actions: 'pull', credentials: request.credentials });
  const say = (status: string): void =>
    emit({ status, progressDetail: {}, id: ref.tag ?? familiarPath(ref) });
  const repository = patient(opened, rules, { say });
  const pull: Pull = { parts, repository, platform, emit, signal };
  try {
    const all = ref.tag === undefined && ref.digest === undefined;
    const wanted = all ? (await repository.tags(signal)).map((tag) => withTag(ref, tag)) : [ref];
    let isNew = false;
    for (const one of wanted) isNew = (await pullOne(pull, one)) || isNew;
    emit(statusOf(isNew, ref));
    if (request.platform !== undefined) warnOfPlatform(parts, wanted, platform, emit);
    announceTransfer(parts, 'pull', ref);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof RegistryRefusal ||
      error instanceof PassingFailure ||
      !(error instanceof MinkeError)
      ? pullFailure(error, ref)
      : error;
  }
}
