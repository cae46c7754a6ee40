import { RegistryError } from '../../errors.ts';
import type { Authenticator, Grant, Need } from '../contract.ts';
import { entriesAllow, showScope } from './scope.ts';
import { type TokenPolicy, verifyToken } from './verify.ts';

const nobody: Grant = { user: null, known: false, may: () => false, canAskAgain: true };

/** Rights by what a signed token says (distribution, "Token Authentication Specification"). */
export function tokenAuthenticator(options: {
  readonly policy: TokenPolicy;
  /** Where clients get tokens. */
  readonly realm: string;
  /** For who comes with a name and a password all the same; null: not taken. */
  readonly basic: Authenticator | null;
  /** Told why a token was not taken, in words without a part of it. */
  readonly refused: (reason: string) => void;
}): Authenticator {
  const { policy, realm, basic, refused } = options;
  const challenge = (needs: readonly Need[], error?: string): string =>
    [
      `Bearer realm="${realm}"`,
      `service="${policy.service}"`,
      ...(needs.length === 0 ? [] : [`scope="${showScope(needs)}"`]),
      ...(error === undefined ? [] : [`error="${error}"`]),
    ].join(',');
  return {
    async identify(authorization) {
      if (authorization === undefined) return nobody;
      if (/^basic /i.test(authorization) && basic !== null) return basic.identify(authorization);
      const [, text = ''] = /^bearer +(\S+)$/i.exec(authorization) ?? [];
      const token = verifyToken(text, policy, Date.now() / 1000);
      if (typeof token === 'string') {
        refused(token);
        throw new RegistryError('UNAUTHORIZED', 'authentication required', {
          headers: { 'www-authenticate': challenge([], 'invalid_token') },
        });
      }
      return {
        user: token.subject === '' ? null : token.subject,
        known: true,
        may: (need) => entriesAllow(token.access, need),
        canAskAgain: true,
      };
    },
    challenge,
  };
}
