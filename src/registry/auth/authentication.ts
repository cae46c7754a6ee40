import { createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { messageOf } from '../../errors/minke-error.ts';
import type { Logger } from '../../kit/log/logger.ts';
import type { Config } from '../config/schema.ts';
import { basicAuthenticator } from './basic/basic.ts';
import { Htpasswd } from './basic/htpasswd.ts';
import { type Authenticator, openToAll } from './contract.ts';
import { allForUsers } from './rules.ts';
import { parseKeys } from './token/keys.ts';
import { signingKey, TokenService } from './token/service.ts';
import { tokenAuthenticator } from './token/token.ts';

export interface Authentication {
  readonly authenticator: Authenticator;
  /** Null where this registry hands out no tokens. */
  readonly tokens: TokenService | null;
}

/** Who may come, by the settings. */
export async function authentication(
  { auth, url, listen, tls }: Config,
  log: Logger,
): Promise<Authentication> {
  const { htpasswd, token } = auth;
  const rules = auth.access ?? allForUsers;
  const realm = htpasswd?.realm ?? '';
  const users =
    htpasswd === undefined
      ? null
      : await Htpasswd.open(htpasswd.path, (error) =>
          log.error('the file of users is not taken over', { error: messageOf(error) }),
        );
  const basic = users === null ? null : basicAuthenticator({ users, rules, realm });
  if (token === undefined) return { authenticator: basic ?? openToAll, tokens: null };
  const { issuer, service } = token;
  const refused = (reason: string): void => log.warn('a token is not taken', { reason });
  if (token.realm !== undefined) {
    const path = token.keys ?? '';
    const keys = parseKeys(await readFile(path, 'utf8'), path);
    const policy = { issuer, service, keys };
    return {
      authenticator: tokenAuthenticator({ policy, realm: token.realm, basic, refused }),
      tokens: null,
    };
  }
  const key = await signingKey(token.signingKey ?? '');
  const policy = { issuer, service, keys: [createPublicKey(key)] };
  const base =
    url ??
    `${tls === undefined ? 'http' : 'https'}://${listen.startsWith(':') ? `localhost${listen}` : listen}`;
  return {
    authenticator: tokenAuthenticator({ policy, realm: new URL('/token', base).href, basic, refused }),
    tokens:
      users === null
        ? null
        : new TokenService({
            key,
            users,
            rules,
            issuer,
            service,
            realm,
            lifetime: Math.round(token.lifetime / 1000),
          }),
  };
}
