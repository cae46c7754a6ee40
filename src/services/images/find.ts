import { notFound } from '../../errors/minke-error.ts';
import { isPlatform } from '../../kit/platform/match.ts';
import {
  familiarString,
  parseAnyReference,
  type Reference,
  withDefaultTag,
} from '../../kit/reference/reference.ts';
import { type Digest, hexOf } from '../../wire/digest.ts';
import type { ImageEntry } from './catalog.ts';
import type { ImageParts, ImagePlatform } from './parts.ts';
import { checkIsFor, platformOf } from './platform/of-image.ts';

type Where = Pick<ImageParts, 'catalog' | 'names'>;

/** The only image whose id starts so (`sha256:` may be left out); undefined where there is none or several. */
export function findByPrefix({ catalog }: Where, text: string): ImageEntry | undefined {
  const match = /^(?:sha256:)?([0-9a-f]{1,64})$/.exec(text);
  if (match === null) return undefined;
  const prefix = match[1] ?? '';
  let found: ImageEntry | undefined;
  for (const entry of catalog.all()) {
    if (!hexOf(entry.id).startsWith(prefix)) continue;
    if (found !== undefined) return undefined;
    found = entry;
  }
  return found;
}

/** Of the images of a name the one for the platform; the first where none is, or no platform is asked for. */
function ofName(where: Where, ref: Reference, platform: ImagePlatform | undefined): ImageEntry | undefined {
  const entries = where.names.all(ref).flatMap((id) => where.catalog.get(id) ?? []);
  const wanted = platform && entries.find((entry) => isPlatform(platformOf(entry), platform));
  return wanted ?? entries[0];
}

/**
 * By full id, name, or unique id prefix, tried in this order.
 * @param platform which image of a name that has several; the caller judges whether what it gets is for it
 * @throws invalid for what can be none of them, not-found "No such image: <ref>"
 */
export function findImage(where: Where, text: string, platform?: ImagePlatform): ImageEntry {
  const ref = parseAnyReference(text);
  if ('id' in ref) {
    const entry = where.catalog.get(ref.id);
    if (entry === undefined) throw notFound(`No such image: ${ref.id}`);
    return entry;
  }
  const entry = ofName(where, withDefaultTag(ref), platform) ?? findByPrefix(where, text);
  if (entry === undefined) throw notFound(`No such image: ${familiarString(withDefaultTag(ref))}`);
  return entry;
}

/** The same for one platform: `not-found` where what is here is for another. */
export function imageFor(where: Where, text: string, platform: ImagePlatform | undefined): ImageEntry {
  const found = findImage(where, text, platform);
  if (platform !== undefined) checkIsFor(found, platform, text);
  return found;
}

/** Every image that the text stands for, one a platform; the first is what `findImage` answers. Throws like it. */
export function imagesOf(where: Where, text: string): ImageEntry[] {
  const found = findImage(where, text);
  const ref = parseAnyReference(text);
  if ('id' in ref) return [found];
  const named = where.names.all(withDefaultTag(ref)).flatMap((id) => where.catalog.get(id) ?? []);
  return named.length === 0 ? [found] : named;
}

/** Whether the text is an id or the beginning of one, not a name. */
export const isIdPrefix = (id: Digest, text: string): boolean =>
  id.startsWith(text) || hexOf(id).startsWith(text);

/** Twelve hex digits, as Docker shows ids. */
export const shortId = (id: string): string => id.slice(id.indexOf(':') + 1).slice(0, 12);
