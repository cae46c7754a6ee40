/** What lies at an address of the web: no registry, so no credentials of one and no rules of its. */
import { STATUS_CODES } from 'node:http';
import { internal, invalid, notFound } from '../../../errors/minke-error.ts';
import type { Download } from '../contract.ts';
import { requestName } from './connection-failure.ts';
import { readAtMost } from './refusal.ts';
import { redirectTarget } from './session.ts';
import type { Reply, Transport } from './transport.ts';

const MAX_REDIRECTS = 10;
/** What a server says of its refusal is shown, were it short. */
const MAX_REASON = 64 << 10;

const publicTrust = { ca: [], clients: [], verify: true };

/** Name and password stand in the address; they go to its server alone, and into no message. */
function takeCredentials(url: URL): Record<string, string> {
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (username === '' && password === '') return {};
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { Authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}

async function refused(url: URL, { status, body }: Reply): Promise<Error> {
  const said = (await readAtMost(body, MAX_REASON))?.toString().trim() ?? '';
  const reason = `${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
  const told = `failed to GET ${url.href} with status ${reason}${said === '' ? '' : `: ${said}`}`;
  return status === 404 ? notFound(told) : internal(told);
}

/** Follows redirects, but not from https to http. Throws in Docker's words. */
export async function download(transport: Transport, address: URL, signal: AbortSignal): Promise<Download> {
  let url = new URL(address);
  let headers = takeCredentials(url);
  const first = url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw invalid(
        `${requestName('GET', url)}: unsupported protocol scheme ${JSON.stringify(url.protocol.slice(0, -1))}`,
      );
    const reply = await transport.send({ method: 'GET', url, headers, tls: publicTrust, signal });
    const { location } = reply.headers;
    if (![301, 302, 303, 307, 308].includes(reply.status) || location === undefined) {
      if (reply.status !== 200) throw await refused(url, reply);
      const length = reply.headers['content-length'];
      return { stream: reply.body, size: length === undefined ? null : Number(length) };
    }
    reply.body.destroy();
    const next = redirectTarget(location, url);
    if (url.protocol === 'https:' && next.protocol !== 'https:')
      throw internal(`${requestName('GET', first)}: redirect to plain http refused`);
    if (next.origin !== url.origin) headers = {};
    url = next;
  }
  throw internal(`${requestName('GET', first)}: stopped after ${MAX_REDIRECTS} redirects`);
}
