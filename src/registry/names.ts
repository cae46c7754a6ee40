/** The grammar of distribution-spec, "Pulling manifests": the only way from a client's text to a part of a key. */
import { type Digest, isDigest } from '../wire/digest.ts';
import { RegistryError } from './errors.ts';

declare const repositoryBrand: unique symbol;
declare const tagBrand: unique symbol;

/** `team/app`; no part begins with `_`, which marks the store's own folders. */
export type RepositoryName = string & { readonly [repositoryBrand]: true };
export type TagName = string & { readonly [tagBrand]: true };
export type Reference = { readonly digest: Digest } | { readonly tag: TagName };

const MOST = 255;
const repositoryPattern =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

export const isRepositoryName = (text: string): text is RepositoryName =>
  text.length <= MOST && repositoryPattern.test(text);

export const isTagName = (text: string): text is TagName => tagPattern.test(text);

/** @throws NAME_INVALID */
export function parseRepository(text: string): RepositoryName {
  if (!isRepositoryName(text)) throw new RegistryError('NAME_INVALID', 'invalid repository name');
  return text;
}

/** @throws DIGEST_INVALID */
export function parseDigestOf(text: string): Digest {
  if (!isDigest(text)) throw new RegistryError('DIGEST_INVALID', 'invalid or unsupported digest');
  return text;
}

/** @throws TAG_INVALID */
export function parseTag(text: string): TagName {
  if (!isTagName(text)) throw new RegistryError('TAG_INVALID', 'invalid tag');
  return text;
}

/** A digest where there is a colon, which no tag has; else a tag. */
export const parseReference = (text: string): Reference =>
  text.includes(':') ? { digest: parseDigestOf(text) } : { tag: parseTag(text) };

/** The tag or the digest. */
export const showReference = (reference: Reference): string =>
  'tag' in reference ? reference.tag : reference.digest;
