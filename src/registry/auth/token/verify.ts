import { constants, type KeyObject, verify } from 'node:crypto';
import * as v from 'valibot';
import { algorithmFor } from './keys.ts';
import type { AccessEntry } from './scope.ts';

/** Seconds by which clocks may differ. */
const LEEWAY = 60;
const LONGEST = 64 << 10;

const HeaderSchema = v.object({ alg: v.string(), crit: v.optional(v.never()) });
const ClaimsSchema = v.object({
  iss: v.string(),
  sub: v.optional(v.string(), ''),
  aud: v.union([v.string(), v.array(v.string())]),
  exp: v.number(),
  nbf: v.optional(v.number()),
  access: v.nullish(
    v.array(v.object({ type: v.string(), name: v.string(), actions: v.nullish(v.array(v.string()), []) })),
    [],
  ),
});

export interface TokenPolicy {
  readonly issuer: string;
  readonly service: string;
  readonly keys: readonly KeyObject[];
}

export interface Token {
  /** '' for who is not known by name. */
  readonly subject: string;
  readonly access: readonly AccessEntry[];
}

/**
 * A signed token (RFC 7519, compact form). Only the configured keys count, each under the algorithms of its kind: keys,
 * links and certificates in the token's own header are not looked at.
 * @param now Unix seconds
 * @returns why it is not good, as text, else what it says
 */
export function verifyToken(text: string, policy: TokenPolicy, now: number): Token | string {
  const parts = text.split('.');
  const [head = '', body = '', signature = ''] = parts;
  if (parts.length !== 3 || text.length > LONGEST) return 'malformed';
  const header = v.safeParse(HeaderSchema, decode(head));
  const claims = v.safeParse(ClaimsSchema, decode(body));
  if (!header.success || !claims.success) return 'malformed';
  const signed = Buffer.from(`${head}.${body}`);
  const proof = Buffer.from(signature, 'base64url');
  const good = policy.keys.some((key) => isSignedBy(key, header.output.alg, signed, proof));
  if (!good) return 'not signed by a trusted key';
  const { iss, aud, exp, nbf, sub, access } = claims.output;
  if (iss !== policy.issuer) return 'of another issuer';
  if (![aud].flat().includes(policy.service)) return 'for another service';
  if (exp + LEEWAY <= now) return 'expired';
  if (nbf !== undefined && nbf - LEEWAY > now) return 'not valid yet';
  return { subject: sub, access };
}

function isSignedBy(key: KeyObject, name: string, signed: Buffer, proof: Buffer): boolean {
  const algorithm = algorithmFor(key, name);
  if (algorithm === undefined) return false;
  try {
    return verify(
      algorithm.hash,
      signed,
      {
        key,
        ...(algorithm.ieee ? { dsaEncoding: 'ieee-p1363' as const } : {}),
        ...(algorithm.pss === undefined
          ? {}
          : { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.pss }),
      },
      proof,
    );
  } catch {
    return false;
  }
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    return null;
  }
}
