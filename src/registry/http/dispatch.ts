import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf, systemCode } from '../../errors/minke-error.ts';
import type { Logger } from '../../kit/log/logger.ts';
import type { Action, Authenticator, Grant, Need } from '../auth/contract.ts';
import { hasCode, RegistryError } from '../errors.ts';
import type { Registry } from '../registry.ts';
import { type Endpoint, endpointsOf } from '../routes/table.ts';
import { answerJson, GONE, type Headers } from './answer.ts';
import { incomingOf } from './body.ts';
import type { Call } from './call.ts';
import { type Route, routeOf } from './route.ts';

/** What is told of a request when it is over. */
export interface Finished {
  readonly id: string;
  readonly route: Route['kind'] | 'none';
  readonly user: string | null;
  /** What went wrong, in words; '' where nothing did. */
  readonly error: string;
}

export interface DispatchParts {
  readonly registry: Registry;
  readonly auth: Authenticator;
  readonly log: Logger;
}

/** Milliseconds for a client to read a refusal while it is still sending. */
const LINGER = 2000;

/** Answers one request; never rejects. */
export async function dispatch(
  request: IncomingMessage,
  response: ServerResponse,
  parts: DispatchParts,
): Promise<Finished> {
  const id = randomUUID();
  let route: Route | null = null;
  let grant: Grant | null = null;
  let needs: readonly Need[] = [];
  const finished = (error: string): Finished => ({
    id,
    route: route?.kind ?? 'none',
    user: grant?.user ?? null,
    error,
  });
  try {
    const [path = '', search = ''] = split(request.url ?? '/');
    const query = new URLSearchParams(search);
    route = routeOf(path);
    const endpoint = endpointFor(route, request.method ?? '', parts.registry);
    if (endpoint.action !== 'open') {
      needs = needsOf(route, endpoint.action);
      grant = await parts.auth.identify(request.headers.authorization);
      refuseUnless(grant, needs);
    }
    const call: Call = {
      route,
      method: request.method ?? '',
      query,
      request,
      response,
      grant: grant ?? { user: null, known: false, may: () => false, canAskAgain: false },
      incoming: incomingOf(request),
      id,
      remote: request.socket.remoteAddress ?? '',
    };
    await endpoint.run(call, parts.registry);
    return finished('');
  } catch (error) {
    const refusal = refusalOf(error, parts.log, id);
    // The challenge says what this request needs, also where the credential itself was wrong.
    const challenge = hasCode(refusal, 'UNAUTHORIZED') ? parts.auth.challenge(needs) : null;
    answerRefusal(request, response, refusal, challenge === null ? {} : { 'www-authenticate': challenge });
    return finished(`${refusal.code}: ${refusal.message}`);
  }
}

function split(url: string): [string, string] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}

function endpointFor(route: Route, method: string, registry: Registry): Endpoint {
  const endpoints = endpointsOf(route);
  const endpoint = Object.hasOwn(endpoints, method) ? endpoints[method] : undefined;
  if (endpoint === undefined) {
    throw new RegistryError('UNSUPPORTED', 'the operation is unsupported', {
      headers: { allow: Object.keys(endpoints).join(', ') },
    });
  }
  const { switches, pullThrough } = registry;
  if (endpoint.switch !== undefined && switches.readOnly) {
    throw new RegistryError('UNSUPPORTED', 'this registry is read-only');
  }
  if (endpoint.switch === 'delete' && !switches.delete) {
    throw new RegistryError('UNSUPPORTED', 'deletions are switched off');
  }
  if (endpoint.switch === 'write' && 'name' in route && pullThrough?.covers(route.name)) {
    throw new RegistryError('UNSUPPORTED', 'this repository is a copy of another registry');
  }
  return endpoint;
}

const needsOf = (route: Route, action: Action | null): Need[] =>
  action === null ? [] : [{ action, name: 'name' in route ? route.name : null }];

/** Where nothing particular is needed, it is enough to be known. */
function refuseUnless(grant: Grant, needs: readonly Need[]): void {
  if (needs.length === 0 ? grant.known : needs.every((need) => grant.may(need))) return;
  if (grant.canAskAgain) throw new RegistryError('UNAUTHORIZED', 'authentication required');
  throw new RegistryError('DENIED', 'requested access to the resource is denied');
}

function refusalOf(error: unknown, log: Logger, id: string): RegistryError {
  if (error instanceof RegistryError) return error;
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    log.error('the disk is full', { id });
    return new RegistryError('UNAVAILABLE', "the registry's disk is full", { status: 507, cause: error });
  }
  if (code === 'ECONNRESET' || messageOf(error) === GONE) {
    return new RegistryError('UNKNOWN', GONE, { status: 499 });
  }
  log.error('a request failed', {
    id,
    error: error instanceof Error ? (error.stack ?? '') : messageOf(error),
  });
  return new RegistryError('UNKNOWN', 'unknown error', { cause: error });
}

function answerRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: RegistryError,
  more: Readonly<Record<string, string>>,
): void {
  if (response.headersSent || response.destroyed) {
    // A cut answer must not look like a whole one.
    response.destroy();
    return;
  }
  const closing: Headers = request.complete ? {} : { connection: 'close' };
  answerJson(response, refusal.status, refusal, { ...refusal.headers, ...more, ...closing });
  if (request.complete) return;
  // The client may still be sending: read for a moment, or the answer would be lost in a reset.
  const end = setTimeout(() => request.destroy(), LINGER);
  request.on('error', () => {});
  request.once('close', () => clearTimeout(end));
  request.resume();
}
