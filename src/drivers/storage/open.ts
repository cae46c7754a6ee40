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
  /** Hears of what is damaged and was moved aside; default: nobody does. */
  readonly warn?: (text: string) => void;
}

const nobody = (): void => {};

const recordsOf = (dataRoot: string, driver: string, warn: (text: string) => void): LayerRecords =>
  new LayerRecords(join(dataRoot, 'image', driver, 'layerdb'), warn);

export const openOverlay2 = ({ dataRoot, mounts, archives, warn = nobody }: StorageParts): LayeredStorage =>
  new LayeredStorage(
    new Overlay2(join(dataRoot, 'overlay2'), mounts, archives, warn),
    recordsOf(dataRoot, 'overlay2', warn),
    archives,
  );

export const openVfs = ({
  dataRoot,
  archives,
  warn = nobody,
}: Omit<StorageParts, 'mounts'>): LayeredStorage =>
  new LayeredStorage(
    new Vfs(join(dataRoot, 'vfs'), archives, warn),
    recordsOf(dataRoot, 'vfs', warn),
    archives,
  );
