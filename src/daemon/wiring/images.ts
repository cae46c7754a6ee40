import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Remote } from '../../drivers/remote/contract.ts';
import { BlobFiles } from '../../drivers/state/files/blob-files.ts';
import { FileRecords } from '../../drivers/state/files/file-records.ts';
import { IncomingFiles } from '../../drivers/state/files/incoming-files.ts';
import { ScratchFiles } from '../../drivers/state/files/scratch-files.ts';
import type { StorageDriver } from '../../drivers/storage/contract.ts';
import type { ExternalDecompressor } from '../../kit/compression/decompress.ts';
import type { Logger } from '../../kit/log/logger.ts';
import { goArchitecture } from '../../kit/platform/architecture.ts';
import type { Events } from '../../services/events/contract.ts';
import { ImageRecordSchema } from '../../services/images/catalog.ts';
import { ImageService } from '../../services/images/images.ts';
import { LayerSourceSchema } from '../../services/images/layer-sources.ts';
import { NamesSchema } from '../../services/images/names.ts';
import { UnfinishedPullSchema } from '../../services/images/pull/unfinished.ts';
import type { BlobPolicy } from '../../services/images/transfer/transfers.ts';
import type { Settings } from '../settings/table.ts';

export interface ImagesWiring {
  readonly storage: StorageDriver;
  readonly events: Events;
  readonly log: Logger;
  readonly decompressor: ExternalDecompressor;
  readonly remote: Remote;
  readonly settings: () => Settings;
}

const policyOf = ({ imageBlobs }: Settings): BlobPolicy => (imageBlobs === 'keep' ? 'keep' : 'drop');

export function wireImages(dataRoot: string, { settings, ...parts }: ImagesWiring): ImageService {
  const root = join(dataRoot, 'image');
  const blobs = join(root, 'blobs');
  return new ImageService({
    blobs: new BlobFiles(blobs),
    incoming: new IncomingFiles(blobs),
    records: new FileRecords({
      root: join(root, 'metadata'),
      layout: { kind: 'flat', suffix: '.json' },
      schema: ImageRecordSchema,
    }),
    names: new FileRecords({ root, layout: { kind: 'flat', suffix: '.json' }, schema: NamesSchema }),
    sources: new FileRecords({
      root: join(root, 'sources'),
      layout: { kind: 'flat', suffix: '.json' },
      schema: LayerSourceSchema,
    }),
    unfinished: new FileRecords({
      root: join(root, 'unfinished'),
      layout: { kind: 'flat', suffix: '.json' },
      schema: UnfinishedPullSchema,
    }),
    scratch: new ScratchFiles(join(dataRoot, 'tmp')),
    platform: { os: 'linux', architecture: goArchitecture(process.arch) },
    limits: () => ({
      downloads: settings().maxConcurrentDownloads,
      uploads: settings().maxConcurrentUploads,
      attempts: settings().maxDownloadAttempts,
    }),
    blobPolicy: () => policyOf(settings()),
    gcRules: () => settings().imageGc,
    diskSpace: async () => {
      const { blocks, bfree, bsize } = await statfs(root);
      return { used: (blocks - bfree) * bsize, total: blocks * bsize };
    },
    ...parts,
  });
}
