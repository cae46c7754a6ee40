/** What goes wrong with connections, in the words that Docker's users know (Go's net and crypto/x509). */
import { systemCode } from '../../../errors/minke-error.ts';
import { PassingFailure } from '../contract.ts';
import { alertText, certificateFailure } from './certificate-failure.ts';

const dials: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ETIMEDOUT: 'i/o timeout',
};

interface Dialled {
  readonly address: string;
  readonly port: number;
}

const dialled = (error: unknown): Dialled | undefined =>
  error instanceof Error &&
  'address' in error &&
  typeof error.address === 'string' &&
  'port' in error &&
  typeof error.port === 'number'
    ? { address: error.address, port: error.port }
    : undefined;

/** Of several addresses, the failure of an IPv4 one says most. */
function single(error: Error): Error {
  const all: unknown[] = error instanceof AggregateError ? error.errors : [];
  const dials = all.filter((one): one is Error => dialled(one) !== undefined);
  return dials.find((one) => !dialled(one)?.address.includes(':')) ?? dials[0] ?? error;
}

function reasonOf(error: Error, url: URL): string {
  const code = systemCode(error) ?? '';
  const ofTls = certificateFailure(error, url.hostname.replace(/^\[|\]$/g, '')) ?? alertText(error);
  if (ofTls !== undefined) return ofTls;
  if (
    code === 'EPROTO' ||
    code === 'ERR_SSL_WRONG_VERSION_NUMBER' ||
    code.startsWith('ERR_SSL_PACKET_LENGTH')
  )
    return 'http: server gave HTTP response to HTTPS client';
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${url.hostname}: no such host`;
  if (code === 'EAI_AGAIN') return `dial tcp: lookup ${url.hostname}: server misbehaving`;
  const at = dialled(error);
  const dial = dials[code];
  if (at !== undefined && dial !== undefined) {
    const host = at.address.includes(':') ? `[${at.address}]` : at.address;
    return `dial tcp ${host}:${at.port}: connect: ${dial}`;
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'EOF';
  return error.message;
}

const verb = (method: string): string => `${method.slice(0, 1)}${method.slice(1).toLowerCase()}`;

/** `Get "https://host/v2/"`, as Go names a request; without what may be secret in the address. */
export function requestName(method: string, url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  shown.search = '';
  return `${verb(method)} "${shown}"`;
}

export const connectionFailure = (error: Error, method: string, url: URL): PassingFailure =>
  new PassingFailure(`${requestName(method, url)}: ${reasonOf(single(error), url)}`, { cause: error });
