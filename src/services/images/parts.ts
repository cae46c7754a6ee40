import type { Remote } from '../../drivers/remote/contract.ts';
import type { ScratchSpace } from '../../drivers/state/contract.ts';
import type { StorageDriver } from '../../drivers/storage/contract.ts';
import type { ExternalDecompressor } from '../../kit/compression/decompress.ts';
import type { Logger } from '../../kit/log/logger.ts';
import type { Digest } from '../../wire/digest.ts';
import type { Events } from '../events/contract.ts';
import type { ImageCatalog } from './catalog.ts';
import type { LastUse } from './gc/last-use.ts';
import type { ImageBlobs } from './image-blobs.ts';
import type { LayerSources } from './layer-sources.ts';
import type { ImageLayers } from './layers.ts';
import type { ImageNames } from './names.ts';
import type { UnfinishedPulls } from './pull/unfinished.ts';
import type { BlobPolicy, TransferLimits, Transfers } from './transfer/transfers.ts';

export interface ImagePlatform {
  readonly os: string;
  /** Go's word: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly variant?: string;
}

export interface ImageUse {
  readonly container: string;
  readonly running: boolean;
}

/** What the verbs work with. */
export interface ImageParts {
  readonly catalog: ImageCatalog;
  readonly names: ImageNames;
  readonly layers: ImageLayers;
  readonly lastUse: LastUse;
  readonly unfinished: UnfinishedPulls;
  readonly blobs: ImageBlobs;
  readonly sources: LayerSources;
  readonly remote: Remote;
  readonly transfers: Transfers;
  readonly limits: () => TransferLimits;
  readonly blobPolicy: () => BlobPolicy;
  readonly storage: StorageDriver;
  readonly scratch: ScratchSpace;
  readonly events: Events;
  /** For xz and bzip2, where there is something that can. */
  readonly decompressor?: ExternalDecompressor;
  /** This machine's. */
  readonly platform: ImagePlatform;
  readonly now: () => Date;
  /** Waits for that many milliseconds; rejects where the signal fires. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly log: Logger;
  readonly usedBy: (image: Digest) => readonly ImageUse[];
}
