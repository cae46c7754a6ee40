/** The drivers that keep layers as trees, put together. */
import { join } from 'node:path';
import type { Archives } from '../../host/archive/contract.ts';
import type { Mounts } from '../../host/mount/contract.ts';
import { LayerRecords } from './layered/layer-records.ts';
import { LayeredStorage } from './layered/layered.ts';
import { Overlay2 } from './overlay2/overlay2.ts';
import { Vfs } from './vfs/vfs.ts';

export interface StorageParts {
  readonly dataRoot: string;
  readonly mounts: Mounts;
  readonly archives: Archives;
}

const records = (dataRoot: string, driver: string): LayerRecords =>
  new LayerRecords(join(dataRoot, 'image', driver, 'layerdb'));

export const openOverlay2 = ({ dataRoot, mounts, archives }: StorageParts): LayeredStorage =>
  new LayeredStorage(
    new Overlay2(join(dataRoot, 'overlay2'), mounts, archives),
    records(dataRoot, 'overlay2'),
    archives,
  );

export const openVfs = ({ dataRoot, archives }: Omit<StorageParts, 'mounts'>): LayeredStorage =>
  new LayeredStorage(new Vfs(join(dataRoot, 'vfs'), archives), records(dataRoot, 'vfs'), archives);
