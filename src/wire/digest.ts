import { createHash } from 'node:crypto';
import { invalid } from '../errors/minke-error.ts';

declare const digestBrand: unique symbol;

/** `sha256:<64 hex>` or `sha512:<128 hex>`; made by `parseDigest` or by hashing, in no other way. */
export type Digest = string & { readonly [digestBrand]: true };

const pattern = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

export const isDigest = (text: string): text is Digest => pattern.test(text);

/** Throws `invalid` "invalid digest format" for anything else. */
export function parseDigest(text: string): Digest {
  if (!isDigest(text)) throw invalid('invalid digest format');
  return text;
}

/** The digest's hexadecimal part; safe as one path component. */
export const hexOf = (digest: Digest): string => digest.slice(digest.indexOf(':') + 1);

export const sha256 = (data: string | Uint8Array): Digest =>
  parseDigest(`sha256:${createHash('sha256').update(data).digest('hex')}`);

export const sha512 = (data: string | Uint8Array): Digest =>
  parseDigest(`sha512:${createHash('sha512').update(data).digest('hex')}`);

/** OCI image-spec, config.md: ChainID(L0) = DiffID(L0); ChainID(L0|…|Ln) = digest(ChainID(L0|…|Ln-1) + " " + DiffID(Ln)). */
export function chainIds(diffIds: readonly Digest[]): Digest[] {
  const chains: Digest[] = [];
  for (const diffId of diffIds) {
    const parent = chains.at(-1);
    chains.push(parent === undefined ? diffId : sha256(`${parent} ${diffId}`));
  }
  return chains;
}
