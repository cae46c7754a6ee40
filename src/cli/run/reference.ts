/** Names of images as Docker reads them (distribution/reference), only as far as a client must. */
export interface ImageName {
  /** `docker.io`, `localhost:5000`. */
  readonly domain: string;
  /** `library/busybox`. */
  readonly path: string;
  readonly tag: string;
  readonly digest: string;
}

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const pathPattern = new RegExp(`^${component}(?:/${component})*$`);
const domainPattern =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[0-9a-fA-F:]+\])(?::\d+)?$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

const malformed = (): Error => new Error('invalid reference format');

/** Throws "invalid reference format…" for what is no name of an image. */
export function parseImageName(source: string): ImageName {
  if (/^[a-f0-9]{64}$/.test(source))
    throw new Error(`invalid repository name (${source}), cannot specify 64-byte hexadecimal strings`);
  const at = source.indexOf('@');
  const digest = at < 0 ? '' : source.slice(at + 1);
  if (at >= 0 && !digestPattern.test(digest)) throw malformed();
  const named = at < 0 ? source : source.slice(0, at);
  const slash = named.indexOf('/');
  const first = slash < 0 ? '' : named.slice(0, slash);
  const hasDomain =
    slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  const domain = hasDomain ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io';
  const remainder = hasDomain ? named.slice(slash + 1) : named;
  const colon = remainder.indexOf(':', remainder.lastIndexOf('/') + 1);
  const tag = colon < 0 ? '' : remainder.slice(colon + 1);
  let path = colon < 0 ? remainder : remainder.slice(0, colon);
  if (colon >= 0 && !tagPattern.test(tag)) throw malformed();
  if (path.toLowerCase() !== path)
    throw new Error(
      'invalid reference format: repository name (' +
        `${domain === 'docker.io' && !path.includes('/') ? `library/${path}` : path}) must be lowercase`,
    );
  if (!pathPattern.test(path) || !domainPattern.test(domain)) throw malformed();
  if (domain === 'docker.io' && !path.includes('/')) path = `library/${path}`;
  return { domain, path, tag, digest };
}

/** Without tag and digest, `docker.io/library/` left out. */
export function familiarName({ domain, path }: ImageName): string {
  if (domain !== 'docker.io') return `${domain}/${path}`;
  return path.startsWith('library/') && !path.slice(8).includes('/') ? path.slice(8) : path;
}

export const withLatest = (name: ImageName): ImageName =>
  name.tag === '' && name.digest === '' ? { ...name, tag: 'latest' } : name;

export const familiarString = (name: ImageName): string =>
  familiarName(name) +
  (name.tag === '' ? '' : `:${name.tag}`) +
  (name.digest === '' ? '' : `@${name.digest}`);
