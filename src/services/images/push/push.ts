/** Images to a registry. */
import { PassingFailure, RegistryRefusal, type Repository } from '../../../drivers/remote/contract.ts';
import { internal, invalid, MinkeError, messageOf, notFound } from '../../../errors/minke-error.ts';
import { isPlatform } from '../../../kit/platform/match.ts';
import {
  familiarName,
  familiarString,
  nameOf,
  parseReference,
  type Reference,
  withTag,
} from '../../../kit/reference/reference.ts';
import { type Digest, sha256 } from '../../../wire/digest.ts';
import { anonymous, type RegistryCredentials } from '../../../wire/registry/auth-header.ts';
import { announceTransfer } from '../announce.ts';
import type { ImageEntry, KeptManifest } from '../catalog.ts';
import type { ProgressMessage, PushRequest } from '../contract.ts';
import { type IndexDocument, targetOf } from '../manifests/target.ts';
import { isTag } from '../names.ts';
import type { ImageParts, ImagePlatform } from '../parts.ts';
import { checkIsFor, platformOf } from '../platform/of-image.ts';
import { nameTogether } from '../platform/together.ts';
import { statusMessage } from '../progress.ts';
import { patient } from '../transfer/patient.ts';
import { withRetries } from '../transfer/retry.ts';
import { LayerProgress } from '../transfer/transfer-progress.ts';
import { copyReferrers } from './copy-referrers.ts';
import { type Document, type Emit, pushImage } from './image-push.ts';
import { pushBelowIndex, sourcesOf } from './index-push.ts';
import type { PushTarget } from './layer-job.ts';
import { mountSources } from './layer-push.ts';

interface Pushed {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
}

async function putTag({ repository, rules }: PushTarget, ref: Reference, document: Document): Promise<void> {
  await withRetries(
    () => repository.putManifest(ref.tag ?? '', document, rules.signal),
    () => 0,
    rules,
    new LayerProgress(() => {}, sha256(document.bytes), null),
  );
}

async function pushOne(target: PushTarget, entry: ImageEntry, ref: Reference, emit: Emit): Promise<Pushed> {
  const { parts } = target;
  const document = await pushImage(target, entry, emit);
  await putTag(target, ref, document);
  const { mediaType, bytes } = document;
  const { digest, size } = await keepPushed(parts, entry.id, mediaType, bytes);
  const { domain, path } = ref;
  await nameTogether(parts, { domain, path, digest }, entry.id, digest);
  return { digest, mediaType, size };
}

/** The whole index; undefined where something of it can't be had, and the reason is logged. */
async function pushWhole(
  target: PushTarget,
  { ref, entries }: Chosen,
  index: IndexDocument,
  emit: Emit,
): Promise<Pushed | undefined> {
  const { parts } = target;
  const lacking = await pushBelowIndex(target, entries, index, emit);
  if (lacking !== undefined) {
    parts.log.info('one image of an index is pushed instead of the index', {
      name: familiarString(ref),
      why: lacking,
    });
    return undefined;
  }
  const { digest, mediaType, bytes } = index;
  await putTag(target, ref, index);
  const { domain, path } = ref;
  for (const { id } of entries) await nameTogether(parts, { domain, path, digest }, id, digest);
  return { digest, mediaType, size: bytes.length };
}

/** Docker's client says it in a note at the end. */
const insteadOfIndex = ({ digest, mediaType, bytes }: IndexDocument, selected: Pushed): ProgressMessage => ({
  progressDetail: {},
  aux: {
    manifestPushedInsteadOfIndex: true,
    originalIndex: { mediaType, digest, size: bytes.length },
    selectedManifest: { mediaType: selected.mediaType, digest: selected.digest, size: selected.size },
  },
});

const below = (index: IndexDocument | undefined): Digest[] =>
  index?.index.manifests.map((descriptor) => descriptor.digest) ?? [];

async function pushReferrers(
  target: PushTarget,
  { ref, entries }: Chosen,
  subjects: readonly Digest[],
  emit: Emit,
): Promise<void> {
  const ids = entries.map(({ id }) => id);
  const sources = sourcesOf(target, ids, undefined).filter(
    ({ domain, path }) => domain !== ref.domain || path !== ref.path,
  );
  const count = await copyReferrers(sources, target, subjects, emit);
  if (count === 0) emit(statusMessage('Nothing refers to it where it came from'));
}

async function pushTag(target: PushTarget, chosen: Chosen, request: PushRequest, emit: Emit): Promise<void> {
  const { parts } = target;
  const { ref, entries } = chosen;
  const [first] = entries;
  if (first === undefined) return;
  const releases = entries.map(({ chain }) => parts.layers.hold(chain));
  try {
    const several = entries.length > 1 ? await targetOf(parts, entries) : undefined;
    const index = several?.kind === 'index' ? several : undefined;
    const whole = index && (await pushWhole(target, chosen, index, emit));
    const pushed = whole ?? (await pushOne(target, first, ref, emit));
    const { digest, size } = pushed;
    const tag = ref.tag ?? '';
    emit(statusMessage(`${tag}: digest: ${digest} size: ${size}`));
    emit({ progressDetail: {}, aux: { Tag: tag, Digest: digest, Size: size } });
    if (request.referrers) await pushReferrers(target, chosen, [digest, ...below(whole && index)], emit);
    if (index !== undefined && whole === undefined) emit(insteadOfIndex(index, pushed));
  } finally {
    for (const release of releases) release();
    for (const { chain } of entries) await parts.layers.collect(chain);
  }
}

async function keepPushed(
  parts: ImageParts,
  id: Digest,
  mediaType: string,
  bytes: Buffer,
): Promise<{ digest: Digest; size: number }> {
  // Nobody may sweep it away before the image names it.
  const unpin = parts.blobs.pin([sha256(bytes)]);
  try {
    const { digest, size } = await parts.blobs.store.put(bytes);
    const known = parts.catalog.get(id)?.record.manifests?.find((kept) => kept.digest === digest);
    const kept: KeptManifest = known ?? { digest, mediaType, size };
    await parts.catalog.addManifest(id, kept);
    return { digest, size };
  } finally {
    unpin();
  }
}

interface Chosen {
  readonly ref: Reference;
  /** One a platform; the first goes where one has to stand for all. */
  readonly entries: readonly ImageEntry[];
}

/** What the name stands for: one tag, or all of the repository. */
function choose(parts: ImageParts, ref: Reference, platform: ImagePlatform | undefined): Chosen[] {
  const named = parts.names.ofRepository(ref).filter((one) => isTag(one.ref));
  if (named.length === 0)
    throw notFound(`An image does not exist locally with the tag: ${familiarName(ref)}`);
  const wanted = ref.tag === undefined ? named : named.filter((one) => one.ref.tag === ref.tag);
  if (wanted.length === 0) throw notFound(`tag does not exist: ${familiarString(ref)}`);
  return wanted.map((one) => {
    const entries = parts.names.all(one.ref).flatMap((id) => parts.catalog.get(id) ?? []);
    const [first] = entries;
    if (first === undefined) throw notFound(`No such image: ${familiarString(one.ref)}`);
    if (platform === undefined) return { ref: one.ref, entries };
    const fitting = entries.find((entry) => isPlatform(platformOf(entry), platform)) ?? first;
    checkIsFor(fitting, platform, familiarString(ref));
    return { ref: one.ref, entries: [fitting] };
  });
}

function openRepository(
  parts: ImageParts,
  ref: Reference,
  request: PushRequest,
  chosen: readonly Chosen[],
): Repository {
  const alsoPull = new Set<string>();
  for (const { config } of chosen.flatMap(({ entries }) => entries))
    for (const diffId of config.rootfs.diff_ids)
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
  // A platform that is not here is refused before anything is said.
  if (request.platform !== undefined) choose(parts, ref, request.platform);
  emit(statusMessage(`The push refers to repository [${nameOf(ref)}]`));
  if (ref.digest !== undefined) throw invalid('cannot push a digest reference');
  const chosen = choose(parts, ref, request.platform);
  const { domain, path } = ref;
  const rules = { attempts: parts.limits().attempts, wait: parts.wait, signal };
  const say = (status: string): void =>
    emit({ status, progressDetail: {}, id: ref.tag ?? familiarName(ref) });
  const repository = patient(openRepository(parts, ref, request, chosen), rules, { say });
  // What was given for one registry goes to no other.
  const enter = (other: string): RegistryCredentials =>
    other === domain ? request.credentials : (request.sourceCredentials?.get(other) ?? anonymous);
  const target: PushTarget = { parts, repository, domain, path, rules, enter };
  try {
    await target.repository.enter(signal);
    for (const one of chosen) await pushTag(target, one, request, emit);
    announceTransfer(parts, 'push', ref);
  } catch (error) {
    signal.throwIfAborted();
    throw pushFailure(error);
  }
}
