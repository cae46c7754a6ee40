import type { Repository } from '../../../drivers/remote/contract.ts';
import type { ChainId } from '../../../drivers/storage/contract.ts';
import type { Digest } from '../../../wire/digest.ts';
import type { RegistryCredentials } from '../../../wire/registry/auth-header.ts';
import type { ImageParts } from '../parts.ts';
import type { RetryRules } from '../transfer/retry.ts';
import type { PushedLayer } from './manifest.ts';

export interface LayerJob {
  readonly chainId: ChainId;
  readonly diffId: Digest;
  /** The blob that the manifest names; undefined where any form of the layer will do. */
  readonly wanted?: PushedLayer;
}

export interface PushTarget {
  readonly parts: ImageParts;
  readonly repository: Repository;
  readonly domain: string;
  readonly path: string;
  readonly rules: RetryRules;
  /** What a registry is entered with, by its domain, where something has to be fetched from it first. */
  readonly enter: (domain: string) => RegistryCredentials;
}
