import { createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { invalid, messageOf, systemCode } from '../../../errors/minke-error.ts';
import { RegistryError } from '../../errors.ts';
import { basicCredentials } from '../basic/basic.ts';
import type { Htpasswd } from '../basic/htpasswd.ts';
import { type AccessRule, allows } from '../rules.ts';
import { narrowed, parseScope } from './scope.ts';

/**
 * The key that tokens are signed with (P-256, PKCS #8), made where there is none.
 * @throws invalid for another kind of key
 */
export async function signingKey(path: string): Promise<KeyObject> {
  try {
    return checked(createPrivateKey(await readFile(path)), path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw invalid(`${path}: ${messageOf(error)}`);
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  return privateKey;
}

function checked(key: KeyObject, path: string): KeyObject {
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw invalid(`${path}: not a P-256 key`);
  return key;
}

export interface TokenRequest {
  readonly scope: string;
  /** Of the header, or of a form (`grant_type=password`). */
  readonly authorization: string | undefined;
}

export interface TokenAnswer {
  readonly token: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly issued_at: string;
}

export interface TokenServiceOptions {
  readonly key: KeyObject;
  readonly users: Htpasswd;
  readonly rules: readonly AccessRule[];
  readonly issuer: string;
  readonly service: string;
  /** Seconds. */
  readonly lifetime: number;
  readonly realm: string;
}

/** Hands out tokens to the users of a file, and to everybody what everybody may do. */
export class TokenService {
  readonly #options: TokenServiceOptions;

  constructor(options: TokenServiceOptions) {
    this.#options = options;
  }

  /** @throws UNAUTHORIZED */
  async issue(request: TokenRequest): Promise<TokenAnswer> {
    const { users, rules, issuer, service, lifetime } = this.#options;
    let user: string | null = null;
    if (request.authorization !== undefined) {
      const given = basicCredentials(request.authorization);
      if (given === null || !(await users.matches(given.user, given.password))) {
        throw new RegistryError('UNAUTHORIZED', 'authentication required', {
          headers: { 'www-authenticate': `Basic realm="${this.#options.realm}"` },
        });
      }
      user = given.user;
    }
    const access = narrowed(parseScope(request.scope), (need) => allows(rules, user, need));
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      sub: user ?? '',
      aud: service,
      iat: now,
      nbf: now,
      exp: now + lifetime,
      jti: randomUUID(),
      access,
    };
    return {
      token: this.#signed(claims),
      expires_in: lifetime,
      issued_at: new Date(now * 1000).toISOString(),
    };
  }

  #signed(claims: object): string {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ alg: 'ES256', typ: 'JWT' })}.${part(claims)}`;
    const proof = sign('sha256', Buffer.from(text), { key: this.#options.key, dsaEncoding: 'ieee-p1363' });
    return `${text}.${proof.toString('base64url')}`;
  }
}
