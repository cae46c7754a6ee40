import type { LayerInfo } from '../../drivers/storage/contract.ts';
import { checkFilterNames, flagOf, matchesLabels } from '../../kit/filters/filters.ts';
import { matchesGlob } from '../../kit/filters/glob.ts';
import { familiarName, familiarString, type Reference } from '../../kit/reference/reference.ts';
import { pointInTime } from '../../kit/time/point-in-time.ts';
import type { ImageSummary } from '../../wire/generated/engine-api.ts';
import type { ImageEntry } from './catalog.ts';
import type { ImageListQuery } from './contract.ts';
import { findImage } from './find.ts';
import { manifestsView } from './manifests/summary.ts';
import { isTag } from './names.ts';
import type { ImageParts } from './parts.ts';

type Filters = ImageListQuery['filters'];

const FILTERS = ['dangling', 'label', 'before', 'since', 'reference', 'until'];

/** `reference` filters take shell patterns for the whole familiar name, or for the name without tag. */
const matchesReference = (patterns: readonly string[], ref: Reference): boolean =>
  patterns.some(
    (pattern) => matchesGlob(pattern, familiarString(ref)) || matchesGlob(pattern, familiarName(ref)),
  );

const least = (values: readonly bigint[]): bigint | null =>
  values.reduce<bigint | null>((best, value) => (best === null || value < best ? value : best), null);
const greatest = (values: readonly bigint[]): bigint | null =>
  values.reduce<bigint | null>((best, value) => (best === null || value > best ? value : best), null);

/** `before`, `until` and `since` as bounds that exclude their ends. */
function timeBounds(parts: ImageParts, filters: Filters): (entry: ImageEntry) => boolean {
  const createdOf = (name: string): bigint[] =>
    (filters.get(name) ?? []).map((ref) => findImage(parts, ref).created).filter((time) => time !== null);
  const now = BigInt(parts.now().getTime()) * 1_000_000n;
  const until = (filters.get('until') ?? []).map((text) => pointInTime(text, now));
  const before = least([...createdOf('before'), ...until]);
  const since = greatest(createdOf('since'));
  return ({ created }) =>
    (before === null || (created !== null && created < before)) &&
    (since === null || (created !== null && created > since));
}

interface Names {
  readonly tags: string[];
  readonly digests: string[];
}

/** Names that mean this image where no platform is asked for: its own row in the list. */
const ownNames = ({ names }: ImageParts, { id }: ImageEntry): Reference[] =>
  names.of(id).filter((ref) => names.get(ref) === id);

/** The image, and those for other platforms that share a name with it and have none of their own. */
function withOthers(parts: ImageParts, entry: ImageEntry): ImageEntry[] {
  const ids = new Set(ownNames(parts, entry).flatMap((ref) => parts.names.all(ref)));
  return [entry, ...[...ids].flatMap((id) => (id === entry.id ? [] : (parts.catalog.get(id) ?? [])))];
}

function namesOf(parts: ImageParts, entry: ImageEntry, filters: Filters): Names {
  const patterns = filters.get('reference');
  const refs = ownNames(parts, entry).filter(
    (ref) => patterns === undefined || matchesReference(patterns, ref),
  );
  return {
    tags: refs.filter(isTag).map(familiarString),
    digests: refs.filter((ref) => !isTag(ref)).map(familiarString),
  };
}

/** Intermediate images are shown with `all` only; dangling ones by the filter's word. */
function isShown(parts: ImageParts, entry: ImageEntry, names: Names, query: ImageListQuery): boolean {
  const { filters } = query;
  const danglingOnly = flagOf(filters, 'dangling', false);
  // One platform of a name that is in the list already.
  if (parts.names.of(entry.id).length > 0 && ownNames(parts, entry).length === 0) return false;
  if (danglingOnly && parts.catalog.hasChildren(entry.id)) return false;
  if (names.tags.length > 0) return !danglingOnly;
  if (names.digests.length > 0) return true;
  if (filters.has('reference') || (filters.has('dangling') && !danglingOnly)) return false;
  return query.all || !parts.catalog.hasChildren(entry.id);
}

/** Bytes of all layers, once each. */
async function wholeSize({ layers }: ImageParts, entries: readonly ImageEntry[]): Promise<number> {
  const [only, ...more] = entries;
  if (only !== undefined && more.length === 0) return only.size;
  const infos = await layers.infos([...new Set(entries.flatMap(({ chain }) => chain))]);
  return infos.reduce((sum, info) => sum + info.size, 0);
}

/** What the API's `manifests` adds to a row. */
async function manifestsOf(
  parts: ImageParts,
  entries: readonly ImageEntry[],
): Promise<Pick<ImageSummary, 'Manifests' | 'Descriptor'>> {
  const { descriptor, manifests } = await manifestsView(parts, entries);
  return { Manifests: manifests, ...(descriptor === undefined ? {} : { Descriptor: descriptor }) };
}

/** Bytes in layers that other images stand on too. */
async function sharedSize({ layers }: ImageParts, entry: ImageEntry): Promise<number> {
  const shared = entry.chain.filter((chainId) => layers.imagesOn(chainId) > 1);
  const infos: LayerInfo[] = await layers.infos(shared);
  return infos.reduce((sum, info) => sum + info.size, 0);
}

/** Newest first. */
export async function listImages(parts: ImageParts, query: ImageListQuery): Promise<ImageSummary[]> {
  const { filters } = query;
  checkFilterNames(filters, FILTERS);
  flagOf(filters, 'dangling', false);
  const isInTime = timeBounds(parts, filters);
  const found: { entry: ImageEntry; names: Names }[] = [];
  for (const entry of parts.catalog.all()) {
    if (!isInTime(entry) || !matchesLabels(filters, 'label', entry.config.config?.Labels)) continue;
    const names = namesOf(parts, entry, filters);
    if (isShown(parts, entry, names, query)) found.push({ entry, names });
  }
  const time = ({ entry }: { entry: ImageEntry }): bigint => entry.created ?? -1n << 62n;
  found.sort((a, b) => (time(b) > time(a) ? 1 : time(b) < time(a) ? -1 : 0));
  return Promise.all(
    found.map(async ({ entry, names }) => {
      const images = withOthers(parts, entry);
      return {
        Containers: images.reduce((sum, { id }) => sum + parts.usedBy(id).length, 0),
        Created: entry.created === null ? 0 : Math.floor(Number(entry.created / 1_000_000n) / 1000),
        Id: entry.id,
        Labels: entry.config.config?.Labels ?? null,
        ParentId: entry.record.parent ?? '',
        RepoDigests: names.digests,
        RepoTags: names.tags,
        SharedSize: query.sharedSize ? await sharedSize(parts, entry) : -1,
        Size: await wholeSize(parts, images),
        ...(query.manifests ? await manifestsOf(parts, images) : {}),
      };
    }),
  );
}
