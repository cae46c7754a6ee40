/**
 * Image references as Docker reads them (distribution/reference, its grammar in reference.go):
 * `[domain[:port]/]path[:tag][@digest]`, where names without a domain are Docker Hub's. All work is linear in the
 * length of the text.
 */
import { MinkeError } from '../../errors/minke-error.ts';
import { type Digest, isDigest } from '../../wire/digest.ts';

/** A normalised name: the domain is always there, `docker.io` where none was written. */
export interface Reference {
  readonly domain: string;
  readonly path: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

const DEFAULT_DOMAIN = 'docker.io';
const LEGACY_DOMAIN = 'index.docker.io';
const OFFICIAL = 'library/';
const DEFAULT_TAG = 'latest';
const MAX_PATH = 255;

const identifier = /^[a-f0-9]{64}$/;
const domainPattern =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const pathPattern = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

const bad = (message: string): MinkeError => new MinkeError('invalid', message);

/** Throws `invalid` "invalid reference format" and its finer kin, in Docker's words. */
export function parseReference(text: string): Reference {
  if (identifier.test(text)) {
    throw bad(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  }
  const { domain, rest } = splitDomain(text);
  const colon = rest.indexOf(':');
  const remote = colon < 0 ? rest : rest.slice(0, colon);
  if (remote.toLowerCase() !== remote) {
    throw bad(`invalid reference format: repository name (${remote}) must be lowercase`);
  }
  return parseNormalised(domain, rest);
}

function parseNormalised(domain: string, rest: string): Reference {
  const at = rest.indexOf('@');
  const named = at < 0 ? rest : rest.slice(0, at);
  const colon = named.indexOf(':');
  const path = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const digest = at < 0 ? undefined : rest.slice(at + 1);
  if (
    !domainPattern.test(domain) ||
    !pathPattern.test(path) ||
    (tag !== undefined && !tagPattern.test(tag)) ||
    (digest !== undefined && !digestPattern.test(digest))
  ) {
    throw bad('invalid reference format');
  }
  if (path.length > MAX_PATH) throw bad(`repository name must not be more than ${MAX_PATH} characters`);
  return {
    domain,
    path,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest: checkedDigest(digest) }),
  };
}

function checkedDigest(text: string): Digest {
  if (isDigest(text)) return text;
  const [algorithm = '', hex = ''] = text.split(':');
  if (algorithm !== 'sha256' && algorithm !== 'sha512') throw bad('unsupported digest algorithm');
  throw bad(
    hex.length === (algorithm === 'sha256' ? 64 : 128)
      ? 'invalid checksum digest format'
      : 'invalid checksum digest length',
  );
}

function splitDomain(text: string): { domain: string; rest: string } {
  const slash = text.indexOf('/');
  if (slash < 0) return { domain: DEFAULT_DOMAIN, rest: `${OFFICIAL}${text}` };
  const first = text.slice(0, slash);
  const isDomain = first === 'localhost' || /[.:]/.test(first) || first.toLowerCase() !== first;
  const domain = !isDomain || first === LEGACY_DOMAIN ? DEFAULT_DOMAIN : first;
  const rest = isDomain ? text.slice(slash + 1) : text;
  return { domain, rest: domain === DEFAULT_DOMAIN && !rest.includes('/') ? `${OFFICIAL}${rest}` : rest };
}

/** A full id (64 hex digits, or with `sha256:`) or a name. */
export function parseAnyReference(text: string): { readonly id: Digest } | Reference {
  const prefixed = identifier.test(text) ? `sha256:${text}` : text;
  return isDigest(prefixed) ? { id: prefixed } : parseReference(text);
}

/** `docker.io/library/busybox`: without tag and digest. */
export const nameOf = (ref: Reference): string => `${ref.domain}/${ref.path}`;

const suffixOf = (ref: Reference): string =>
  `${ref.tag === undefined ? '' : `:${ref.tag}`}${ref.digest === undefined ? '' : `@${ref.digest}`}`;

/** `docker.io/library/busybox:latest` */
export const referenceString = (ref: Reference): string => `${nameOf(ref)}${suffixOf(ref)}`;

/** `busybox`, `user/app`, `quay.io/x/y`: as people write the name. */
export function familiarName(ref: Reference): string {
  if (ref.domain !== DEFAULT_DOMAIN) return nameOf(ref);
  const official = ref.path.startsWith(OFFICIAL) ? ref.path.slice(OFFICIAL.length) : '/';
  return official.includes('/') ? ref.path : official;
}

/** `busybox:latest`, as Docker shows it. */
export const familiarString = (ref: Reference): string => `${familiarName(ref)}${suffixOf(ref)}`;

/** With the tag `latest` where there is neither tag nor digest. */
export const withDefaultTag = (ref: Reference): Reference =>
  ref.tag === undefined && ref.digest === undefined ? { ...ref, tag: DEFAULT_TAG } : ref;

/** Throws `invalid` "invalid tag format". */
export function withTag(ref: Reference, tag: string): Reference {
  if (!tagPattern.test(tag)) throw bad('invalid tag format');
  return { domain: ref.domain, path: ref.path, tag };
}
