/** `-H` values become things to listen on. */
import { isIP } from 'node:net';
import { invalid } from '../../errors/minke-error.ts';

export type ListenAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'activated' };

const defaultSocket = '/var/run/docker.sock';

/** Ports by Docker's habit: 2375 in the clear, 2376 with TLS. */
function parseTcp(text: string, tls: boolean): ListenAddress {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:/[\]]*)(?::(\d{1,5}))?$/.exec(text);
  const port = match?.[2] === undefined ? (tls ? 2376 : 2375) : Number(match[2]);
  if (!match || port > 65535) throw invalid(`invalid bind address (tcp://${text})`);
  return { kind: 'tcp', host: match[1]?.replace(/^\[|\]$/g, '') || '127.0.0.1', port };
}

/**
 * @param text `unix:///path`, `unix://` (the default socket), `tcp://host:port`, `fd://`
 * @throws invalid "invalid bind address format"
 */
export function parseListenAddress(text: string, tls: boolean): ListenAddress {
  if (text.startsWith('unix://'))
    return { kind: 'unix', path: text.slice('unix://'.length) || defaultSocket };
  if (text.startsWith('tcp://')) return parseTcp(text.slice('tcp://'.length), tls);
  if (text === 'fd://') return { kind: 'activated' };
  throw invalid(`invalid bind address format: ${text}`);
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/**
 * Everybody who reaches the API is root on this host, so an address that others reach wants client certificates, or
 * the operator's explicit word: `--tls=false`, or TLS without client checks.
 * @returns a warning to log, or null
 * @throws invalid where neither was given
 */
export function judgeExposure(
  address: ListenAddress,
  tls: { readonly enabled: boolean; readonly verify: boolean; readonly explicitlyOff: boolean },
): string | null {
  if (address.kind !== 'tcp' || tls.verify || isLoopback(address.host)) return null;
  const where = `tcp://${address.host}:${address.port}`;
  if (tls.enabled)
    return `API is accessible on ${where} without client verification: whoever reaches it is root on this host`;
  if (tls.explicitlyOff)
    return `API is accessible on ${where} without encryption or authentication: whoever reaches it is root on this host`;
  throw invalid(
    `refusing to listen on ${where} without --tlsverify: whoever reaches it is root on this host; say --tls=false if that is what you want`,
  );
}
