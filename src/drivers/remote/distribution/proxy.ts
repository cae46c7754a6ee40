import { parseAddress } from '../../../kit/ip/address.ts';
import { contains, parseCidr } from '../../../kit/ip/cidr.ts';

export interface ProxySettings {
  /** URLs; '' is none. */
  readonly http: string;
  readonly https: string;
  /** Hosts reached without a proxy, separated by commas, in the form that curl and Go read. */
  readonly no: string;
}

/** As the environment says; upper case counts first. */
export function proxiesOf(env: NodeJS.ProcessEnv): ProxySettings {
  const of = (name: string): string => env[name.toUpperCase()] ?? env[name] ?? '';
  return { http: of('http_proxy'), https: of('https_proxy'), no: of('no_proxy') };
}

const bare = (host: string): string => host.replace(/^\[|\]$/g, '');

function excludes(rule: string, host: string, port: string): boolean {
  if (rule === '*') return true;
  const address = parseAddress(host);
  const range = parseCidr(rule);
  if (range !== null) return address !== null && contains(range, address);
  const match = /^(.*?)(?::(\d+))?$/.exec(parseAddress(rule) === null ? rule : `${rule}`);
  const isAddress = parseAddress(bare(rule)) !== null;
  const name = isAddress ? bare(rule) : bare(match?.[1] ?? rule);
  const rulePort = isAddress ? undefined : match?.[2];
  if (rulePort !== undefined && rulePort !== port) return false;
  if (address !== null || isAddress) return name === host;
  const suffix = name.replace(/^\*?\./, '');
  return host.endsWith(`.${suffix}`) || (host === suffix && !/^\*?\./.test(name));
}

/**
 * The proxy for a request; null where there is none for it. Loopback addresses have none ever, as in Go's clients.
 */
export function proxyFor(url: URL, proxies: ProxySettings): string | null {
  const chosen = url.protocol === 'https:' ? proxies.https : proxies.http;
  if (chosen === '') return null;
  const host = bare(url.hostname).toLowerCase();
  if (host === 'localhost' || host === '::1' || /^127(?:\.\d+){3}$/.test(host)) return null;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const rules = proxies.no
    .split(',')
    .map((rule) => rule.trim().toLowerCase())
    .filter((rule) => rule !== '');
  if (rules.some((rule) => excludes(rule, host, port))) return null;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(chosen) ? chosen : `http://${chosen}`;
}
