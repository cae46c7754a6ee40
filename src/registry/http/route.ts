import type { Digest } from '../../wire/digest.ts';
import { RegistryError } from '../errors.ts';
import {
  parseDigestOf,
  parseReference,
  parseRepository,
  type Reference,
  type RepositoryName,
} from '../names.ts';
import { isUploadId, type UploadId } from '../store/paths.ts';

/** What a path is about. */
export type Route =
  | { readonly kind: 'base' }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'search' }
  | { readonly kind: 'token' }
  | { readonly kind: 'tags'; readonly name: RepositoryName }
  | { readonly kind: 'manifest'; readonly name: RepositoryName; readonly reference: Reference }
  | { readonly kind: 'blob'; readonly name: RepositoryName; readonly digest: Digest }
  | { readonly kind: 'uploads'; readonly name: RepositoryName }
  | { readonly kind: 'upload'; readonly name: RepositoryName; readonly id: UploadId }
  | { readonly kind: 'referrers'; readonly name: RepositoryName; readonly digest: Digest };

export type RouteOf<K extends Route['kind']> = Extract<Route, { kind: K }>;

const noSuchPath = (): RegistryError => new RegistryError('UNSUPPORTED', 'no such path', { status: 404 });

/**
 * @param path of the request, as it came (percent signs decoded once here)
 * @throws UNSUPPORTED with 404 for a path of no known form; NAME_INVALID, DIGEST_INVALID, TAG_INVALID
 */
export function routeOf(path: string): Route {
  const decoded = decode(path);
  if (decoded === '/v2' || decoded === '/v2/') return { kind: 'base' };
  if (decoded === '/token') return { kind: 'token' };
  if (decoded === '/v2/_catalog') return { kind: 'catalog' };
  if (decoded === '/v1/search') return { kind: 'search' };
  if (!decoded.startsWith('/v2/')) throw noSuchPath();
  const parts = decoded.slice('/v2/'.length).split('/');
  const [third, second, last = ''] = [parts.at(-3), parts.at(-2), parts.at(-1)];
  const name = (count: number): RepositoryName => parseRepository(parts.slice(0, -count).join('/'));
  if (third === 'blobs' && second === 'uploads') {
    if (last === '') return { kind: 'uploads', name: name(3) };
    const repository = name(3);
    if (!isUploadId(last)) throw new RegistryError('BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
    return { kind: 'upload', name: repository, id: last };
  }
  if (second === 'blobs' && last === 'uploads') return { kind: 'uploads', name: name(2) };
  if (second === 'blobs') return { kind: 'blob', name: name(2), digest: parseDigestOf(last) };
  if (second === 'manifests') return { kind: 'manifest', name: name(2), reference: parseReference(last) };
  if (second === 'tags' && last === 'list') return { kind: 'tags', name: name(2) };
  if (second === 'referrers') return { kind: 'referrers', name: name(2), digest: parseDigestOf(last) };
  throw noSuchPath();
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw noSuchPath();
  }
}
