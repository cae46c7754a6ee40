import { notFound } from '../../errors/minke-error.ts';
import { familiarString, parseAnyReference, withDefaultTag } from '../../kit/reference/reference.ts';
import { type Digest, hexOf } from '../../wire/digest.ts';
import type { ImageEntry } from './catalog.ts';
import type { ImageParts } from './parts.ts';

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

/**
 * By full id, name, or unique id prefix, tried in this order.
 * @throws invalid for what can be none of them, not-found "No such image: <ref>"
 */
export function findImage(where: Where, text: string): ImageEntry {
  const ref = parseAnyReference(text);
  if ('id' in ref) {
    const entry = where.catalog.get(ref.id);
    if (entry === undefined) throw notFound(`No such image: ${ref.id}`);
    return entry;
  }
  const id = where.names.get(withDefaultTag(ref));
  const entry = (id === undefined ? undefined : where.catalog.get(id)) ?? findByPrefix(where, text);
  if (entry === undefined) throw notFound(`No such image: ${familiarString(withDefaultTag(ref))}`);
  return entry;
}

/** Whether the text is an id or the beginning of one, not a name. */
export const isIdPrefix = (id: Digest, text: string): boolean =>
  id.startsWith(text) || hexOf(id).startsWith(text);

/** Twelve hex digits, as Docker shows ids. */
export const shortId = (id: string): string => id.slice(id.indexOf(':') + 1).slice(0, 12);
