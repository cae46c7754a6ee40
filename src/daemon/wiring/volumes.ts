import { join } from 'node:path';
import { FileRecords } from '../../drivers/state/files/file-records.ts';
import { LocalVolumes } from '../../drivers/volume/local/local.ts';
import { linuxVolumeMounts } from '../../host/mount/linux/volume-mounts.ts';
import type { Logger } from '../../kit/log/logger.ts';
import type { Events } from '../../services/events/contract.ts';
import { VolumeRecordSchema } from '../../services/volumes/record.ts';
import { VolumeService } from '../../services/volumes/volumes.ts';

export function wireVolumes(dataRoot: string, parts: { events: Events; log: Logger }): VolumeService {
  const root = join(dataRoot, 'volumes');
  return new VolumeService({
    records: new FileRecords({
      root,
      layout: { kind: 'nested', file: 'volume.json' },
      schema: VolumeRecordSchema,
    }),
    drivers: [new LocalVolumes({ root, mounts: linuxVolumeMounts })],
    ...parts,
  });
}
