/** Credentials in the form that a registry's challenge asks for: Basic (RFC 7617), or tokens of its token server. */
import * as v from 'valibot';
import { messageOf } from '../../../errors/minke-error.ts';
import type { RegistryCredentials } from '../../../wire/registry/auth-header.ts';
import { type Challenge, parseChallenges } from '../../../wire/registry/challenge.ts';
import { PassingFailure, RegistryRefusal } from '../contract.ts';
import { checkRealm, isInner } from './realm.ts';
import { discard, readAtMost, refusalOf } from './refusal.ts';
import type { Reply, Request, Transport } from './transport.ts';

/** Distribution "Token Authentication Specification"; OAuth 2 answers name the token `access_token`. */
const TokenSchema = v.object({
  token: v.nullish(v.string()),
  access_token: v.nullish(v.string()),
  refresh_token: v.nullish(v.string()),
  expires_in: v.nullish(v.number()),
});

const MAX_TOKEN = 1 << 20;
/** What a token lives where its server does not say, in seconds. */
const DEFAULT_LIFE = 60;
const CLIENT = 'docker';

export interface AuthorizerOptions {
  readonly transport: Transport;
  /** Of the registry that credentials are for. */
  readonly registry: URL;
  readonly insecure: boolean;
  readonly tls: Request['tls'];
  readonly trusted: readonly string[];
  readonly credentials: RegistryCredentials;
  /** Asks for a token that lives long too, to keep in place of the password. */
  readonly offline?: boolean;
}

interface Token {
  readonly text: string;
  /** Milliseconds, `performance.now()`. */
  readonly ends: number;
}

/** No credentials, and the registry wants some. */
export const noCredentials = 'no basic auth credentials';

export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #tokens = new Map<string, Token>();
  #challenges: readonly Challenge[] = [];
  #registryAddress = '';
  #refreshToken = '';

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /** What a token server gave to keep; '' where it gave nothing. */
  get refreshToken(): string {
    return this.#refreshToken;
  }

  learn(reply: Reply): void {
    const header = reply.headers['www-authenticate'];
    this.#registryAddress = reply.remoteAddress;
    if (header !== undefined) this.#challenges = parseChallenges(header);
  }

  /** A challenge that came with a refusal: tokens for those scopes served no longer. */
  relearn(reply: Reply, scopes: readonly string[]): void {
    this.learn(reply);
    this.#tokens.delete(scopes.join(' '));
  }

  /** Value of `Authorization`; undefined where the registry wants none. */
  async header(scopes: readonly string[], signal: AbortSignal): Promise<string | undefined> {
    const { username, password, registryToken } = this.#options.credentials;
    if (registryToken !== '') return `Bearer ${registryToken}`;
    const bearer = this.#challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer !== undefined) return `Bearer ${await this.#token(bearer, scopes, signal)}`;
    if (!this.#challenges.some(({ scheme }) => scheme === 'basic')) return undefined;
    if (username === '' || password === '') throw new RegistryRefusal('NO_CREDENTIALS', noCredentials);
    return basic(username, password);
  }

  async #token(challenge: Challenge, scopes: readonly string[], signal: AbortSignal): Promise<string> {
    const key = scopes.join(' ');
    const known = this.#tokens.get(key);
    if (known !== undefined && known.ends > performance.now()) return known.text;
    const { registry, insecure, trusted } = this.#options;
    const realm = checkRealm(challenge.parameters.get('realm') ?? '', { registry, insecure, trusted });
    const reply = await this.#options.transport.send(this.#tokenRequest(realm, challenge, scopes, signal));
    if (reply.status !== 200) throw await tokenRefusal(reply);
    const bytes = await readAtMost(reply.body, MAX_TOKEN);
    const answer = v.safeParse(TokenSchema, json(bytes));
    const text = answer.success ? answer.output.token || answer.output.access_token : undefined;
    if (!answer.success || !text || /[^\x21-\x7e]/.test(text))
      throw new RegistryRefusal('NO_TOKEN', 'authorization server did not include a token in the response');
    this.#refreshToken = answer.output.refresh_token ?? this.#refreshToken;
    const life = Math.max(DEFAULT_LIFE, answer.output.expires_in ?? DEFAULT_LIFE);
    // A little less than it lives, so that it is not out of date on arrival.
    this.#tokens.set(key, { text, ends: performance.now() + life * 900 });
    return text;
  }

  #tokenRequest(realm: URL, challenge: Challenge, scopes: readonly string[], signal: AbortSignal): Request {
    const { credentials, tls, registry, offline } = this.#options;
    const { username, password, identityToken } = credentials;
    const service = challenge.parameters.get('service') ?? '';
    const sameHost = realm.hostname === registry.hostname;
    const shared = {
      tls: sameHost ? tls : { ca: tls.ca, clients: [], verify: tls.verify },
      // A name of the world's must not turn out to be an address of ours.
      ...(sameHost || this.#registryAddress === '' || isInner(this.#registryAddress)
        ? {}
        : { dial: { name: 'outer', allows: (address: string) => !isInner(address) } }),
      signal,
    };
    if (identityToken !== '') {
      const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: identityToken });
      if (service !== '') form.set('service', service);
      if (scopes.length > 0) form.set('scope', scopes.join(' '));
      form.set('client_id', CLIENT);
      return {
        ...shared,
        method: 'POST',
        url: realm,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: Buffer.from(form.toString()),
      };
    }
    const url = new URL(realm);
    if (service !== '') url.searchParams.set('service', service);
    for (const scope of scopes) url.searchParams.append('scope', scope);
    if (offline) url.searchParams.set('offline_token', 'true');
    url.searchParams.set('client_id', CLIENT);
    if (username !== '') url.searchParams.set('account', username);
    const withPassword = username !== '' && password !== '';
    return {
      ...shared,
      method: 'GET',
      url,
      headers: withPassword ? { Authorization: basic(username, password) } : {},
    };
  }
}

const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

function json(bytes: Buffer | null): unknown {
  try {
    return JSON.parse(bytes?.toString() ?? '');
  } catch {
    return undefined;
  }
}

async function tokenRefusal(reply: Reply): Promise<Error> {
  const refusal = await refusalOf(reply).catch((error: unknown) => new PassingFailure(messageOf(error)));
  await discard(reply.body);
  return refusal;
}
