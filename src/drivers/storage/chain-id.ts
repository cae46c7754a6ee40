import { type Digest, sha256 } from '../../wire/digest.ts';
import type { ChainId } from './contract.ts';

/** OCI image-spec, config.md, "Layer ChainID". */
export const chainIdOf = (parent: ChainId | null, diffId: Digest): ChainId =>
  parent === null ? diffId : sha256(`${parent} ${diffId}`);
