import { RegistryError } from '../../errors.ts';
import type { Authenticator, Grant } from '../contract.ts';
import { type AccessRule, allows } from '../rules.ts';
import type { Htpasswd } from './htpasswd.ts';

/** Null where it is no `Basic` credential that can be read. */
export function basicCredentials(
  authorization: string | undefined,
): { readonly user: string; readonly password: string } | null {
  const [, encoded = ''] = /^basic +([A-Za-z0-9+/=_-]{1,8192})$/i.exec(authorization ?? '') ?? [];
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 1 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Quoted as a header wants it. */
const quoted = (text: string): string => `"${text.replaceAll(/[\\"]/g, '\\$&')}"`;

/** Names and passwords of a file, rights by rules. */
export function basicAuthenticator(options: {
  readonly users: Htpasswd;
  readonly rules: readonly AccessRule[];
  readonly realm: string;
}): Authenticator {
  const { users, rules, realm } = options;
  const grant = (user: string | null): Grant => ({
    user,
    known: user !== null,
    may: (need) => allows(rules, user, need),
    canAskAgain: user === null,
  });
  const challenge = `Basic realm=${quoted(realm)}`;
  return {
    async identify(authorization) {
      if (authorization === undefined) return grant(null);
      const given = basicCredentials(authorization);
      if (given === null || !(await users.matches(given.user, given.password))) {
        throw new RegistryError('UNAUTHORIZED', 'authentication required', {
          headers: { 'www-authenticate': challenge },
        });
      }
      return grant(given.user);
    },
    challenge: () => challenge,
  };
}
