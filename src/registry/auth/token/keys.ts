import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { invalid, messageOf } from '../../../errors/minke-error.ts';

const block = /-----BEGIN ([A-Z ]+)-----[A-Za-z0-9+/=\s]+-----END \1-----/g;

/**
 * Public keys that tokens may be signed with, from PEM: certificates and public keys, one after the other.
 * @throws invalid
 */
export function parseKeys(pem: string, path: string): KeyObject[] {
  const keys = [...pem.matchAll(block)].map(([text, label]) => {
    try {
      return label === 'CERTIFICATE' ? new X509Certificate(text).publicKey : createPublicKey(text);
    } catch (error) {
      throw invalid(`${path}: ${messageOf(error)}`);
    }
  });
  if (keys.length === 0) throw invalid(`${path}: there is neither a certificate nor a public key in it`);
  return keys;
}

export interface SignatureAlgorithm {
  readonly hash: string | null;
  /** As the hash's length in bytes, where it is PSS. */
  readonly pss?: number;
  readonly ieee?: true;
}

const rsa: Readonly<Record<string, SignatureAlgorithm>> = {
  RS256: { hash: 'sha256' },
  RS384: { hash: 'sha384' },
  RS512: { hash: 'sha512' },
  PS256: { hash: 'sha256', pss: 32 },
  PS384: { hash: 'sha384', pss: 48 },
  PS512: { hash: 'sha512', pss: 64 },
};
const curves: Readonly<Record<string, Readonly<Record<string, SignatureAlgorithm>>>> = {
  prime256v1: { ES256: { hash: 'sha256', ieee: true } },
  secp384r1: { ES384: { hash: 'sha384', ieee: true } },
  secp521r1: { ES512: { hash: 'sha512', ieee: true } },
};

/** How a key of this kind signs under that name (RFC 7518, RFC 8037); undefined where it does not: never `none`. */
export function algorithmFor(key: KeyObject, name: string): SignatureAlgorithm | undefined {
  if (key.asymmetricKeyType === 'rsa') return rsa[name];
  if (key.asymmetricKeyType === 'ec') return curves[key.asymmetricKeyDetails?.namedCurve ?? '']?.[name];
  if (key.asymmetricKeyType === 'ed25519' && name === 'EdDSA') return { hash: null };
  return undefined;
}
