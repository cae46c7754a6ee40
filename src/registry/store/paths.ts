/**
 * Where everything lies. It is the layout of Docker's own registry (distribution), so that a folder or bucket that it
 * filled can be served, and the other way round; what that does not know begins with an underscore too and is left
 * alone by it.
 *
 *     docker/registry/v2/
 *       blobs/<algorithm>/<first two of hex>/<hex>/data      every blob and manifest, once
 *       repositories/<name>/
 *         _layers/<algorithm>/<hex>/link                     the repository has this blob
 *         _manifests/
 *           revisions/<algorithm>/<hex>/link                 the repository has this manifest
 *           tags/<tag>/current/link                          the digest that the tag means
 *           tags/<tag>/index/<algorithm>/<hex>/link          digests that it meant
 *         _referrers/<algorithm>/<hex>/<algorithm>/<hex>     a descriptor of a manifest whose subject is the first
 *         _uploads/<id>/data                                 what has come so far
 *         _uploads/<id>/startedat                            when it began (RFC 3339)
 *         _uploads/<id>/owner                                whose it is, where users are known
 *
 * A link is a file whose content is the digest.
 */
import { type Digest, hexOf } from '../../wire/digest.ts';
import type { RepositoryName, TagName } from '../names.ts';

const ROOT = 'docker/registry/v2';

declare const uploadBrand: unique symbol;
/** A UUID that this registry made. */
export type UploadId = string & { readonly [uploadBrand]: true };
const uploadPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const isUploadId = (text: string): text is UploadId => uploadPattern.test(text);

const algorithmOf = (digest: Digest): string => digest.slice(0, digest.indexOf(':'));
const parts = (digest: Digest): string => `${algorithmOf(digest)}/${hexOf(digest)}`;

export const algorithms = ['sha256', 'sha512'] as const;
type Algorithm = (typeof algorithms)[number];

export const repositoriesFolder = `${ROOT}/repositories`;
const repository = (name: RepositoryName): string => `${repositoriesFolder}/${name}`;

export const paths = {
  blobs: (algorithm: Algorithm): string => `${ROOT}/blobs/${algorithm}`,
  blob: (digest: Digest): string =>
    `${ROOT}/blobs/${algorithmOf(digest)}/${hexOf(digest).slice(0, 2)}/${hexOf(digest)}/data`,
  repository,
  layers: (name: RepositoryName, algorithm: Algorithm): string => `${repository(name)}/_layers/${algorithm}`,
  layer: (name: RepositoryName, digest: Digest): string =>
    `${repository(name)}/_layers/${parts(digest)}/link`,
  revisions: (name: RepositoryName, algorithm: Algorithm): string =>
    `${repository(name)}/_manifests/revisions/${algorithm}`,
  revision: (name: RepositoryName, digest: Digest): string =>
    `${repository(name)}/_manifests/revisions/${parts(digest)}/link`,
  tags: (name: RepositoryName): string => `${repository(name)}/_manifests/tags`,
  tag: (name: RepositoryName, tag: TagName): string => `${repository(name)}/_manifests/tags/${tag}`,
  tagCurrent: (name: RepositoryName, tag: TagName): string =>
    `${repository(name)}/_manifests/tags/${tag}/current/link`,
  tagIndex: (name: RepositoryName, tag: TagName, digest: Digest): string =>
    `${repository(name)}/_manifests/tags/${tag}/index/${parts(digest)}/link`,
  referrers: (name: RepositoryName, subject: Digest, algorithm: Algorithm): string =>
    `${repository(name)}/_referrers/${parts(subject)}/${algorithm}`,
  referrer: (name: RepositoryName, subject: Digest, digest: Digest): string =>
    `${repository(name)}/_referrers/${parts(subject)}/${parts(digest)}`,
  uploads: (name: RepositoryName): string => `${repository(name)}/_uploads`,
  upload: (name: RepositoryName, id: UploadId): string => `${repository(name)}/_uploads/${id}`,
  uploadData: (name: RepositoryName, id: UploadId): string => `${repository(name)}/_uploads/${id}/data`,
  uploadStarted: (name: RepositoryName, id: UploadId): string =>
    `${repository(name)}/_uploads/${id}/startedat`,
  uploadOwner: (name: RepositoryName, id: UploadId): string => `${repository(name)}/_uploads/${id}/owner`,
} as const;
