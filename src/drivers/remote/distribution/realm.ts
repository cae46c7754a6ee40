/**
 * Whether credentials, and requests at all, may go where a registry's challenge points: a registry that can name any
 * address would read passwords, and reach into networks that it can't see itself.
 */
import { forbidden } from '../../../errors/minke-error.ts';
import { parseAddress } from '../../../kit/ip/address.ts';
import { contains, parseCidr } from '../../../kit/ip/cidr.ts';

/** RFC 1918, 4193, 3927, 4291, 6598: loopback, link-local, private, shared, unspecified. */
const inner = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::/127',
  'fc00::/7',
  'fe80::/10',
]
  .map(parseCidr)
  .filter((cidr) => cidr !== null);

const bare = (host: string): string => host.replace(/^\[|\]$/g, '').toLowerCase();

/** An address of this machine or of a network that isn't the world's. IPv4 in IPv6 counts as what it stands for. */
export function isInner(text: string): boolean {
  const address = parseAddress(bare(text).replace(/^::ffff:(?=\d+\.)/, ''));
  return address !== null && inner.some((cidr) => contains(cidr, address));
}

/**
 * The part of a name that its owner registered: two labels, three below names like `co.uk`. An address stands for
 * itself. Without the public suffix list this is a guess that errs towards less.
 */
function registered(host: string): string {
  if (parseAddress(host) !== null) return host;
  const labels = host.split('.');
  const [top = '', second = ''] = labels.toReversed();
  return labels.slice(top.length === 2 && second.length <= 3 ? -3 : -2).join('.');
}

export interface RealmRule {
  readonly registry: URL;
  /** The operator said that it is reached without checked TLS, or it is on this machine. */
  readonly insecure: boolean;
  /** Hosts (`auth.example.org`) that the operator trusts with credentials of any registry. */
  readonly trusted: readonly string[];
}

/** Throws `forbidden`, naming the realm. */
export function checkRealm(text: string, { registry, insecure, trusted }: RealmRule): URL {
  const refuse = (why: string): never => {
    throw forbidden(
      `registry ${registry.host} asks to log in at ${JSON.stringify(text.slice(0, 200))}, which is not followed: ${why}`,
    );
  };
  let realm: URL;
  try {
    realm = new URL(text);
  } catch {
    return refuse('not a URL');
  }
  const host = bare(realm.hostname);
  const own = bare(registry.hostname);
  if (realm.username !== '' || realm.password !== '') return refuse('it holds credentials');
  if (realm.protocol !== 'https:' && !(realm.protocol === 'http:' && insecure)) return refuse('not https');
  if (host === own || trusted.includes(host)) return realm;
  const both = (test: (name: string) => boolean): boolean => test(host) && test(own);
  const isLoopback = (name: string): boolean => name === 'localhost' || /^127(?:\.\d+){3}$|^::1$/.test(name);
  if (both(isLoopback)) return realm;
  if (isInner(host) || isLoopback(host)) return refuse('an address of an inner network');
  if (parseAddress(host) === null && registered(host) === registered(own)) return realm;
  return refuse('another domain (--registry-auth-host allows it)');
}
