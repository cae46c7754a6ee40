import { join } from 'node:path';
import { BlobFiles } from '../../drivers/state/files/blob-files.ts';
import { FileRecords } from '../../drivers/state/files/file-records.ts';
import { ScratchFiles } from '../../drivers/state/files/scratch-files.ts';
import type { StorageDriver } from '../../drivers/storage/contract.ts';
import type { ExternalDecompressor } from '../../kit/compression/decompress.ts';
import type { Logger } from '../../kit/log/logger.ts';
import type { Events } from '../../services/events/contract.ts';
import { ImageRecordSchema } from '../../services/images/catalog.ts';
import { ImageService } from '../../services/images/images.ts';
import { NamesSchema } from '../../services/images/names.ts';
import { goArchitecture } from '../../services/system/version.ts';

export function wireImages(
  dataRoot: string,
  parts: { storage: StorageDriver; events: Events; log: Logger; decompressor: ExternalDecompressor },
): ImageService {
  const root = join(dataRoot, 'image');
  return new ImageService({
    blobs: new BlobFiles(join(root, 'blobs')),
    records: new FileRecords({
      root: join(root, 'metadata'),
      layout: { kind: 'flat', suffix: '.json' },
      schema: ImageRecordSchema,
    }),
    names: new FileRecords({ root, layout: { kind: 'flat', suffix: '.json' }, schema: NamesSchema }),
    scratch: new ScratchFiles(join(dataRoot, 'tmp')),
    platform: { os: 'linux', architecture: goArchitecture(process.arch) },
    ...parts,
  });
}
