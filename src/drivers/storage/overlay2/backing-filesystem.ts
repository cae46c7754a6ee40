import { statfsSync } from 'node:fs';

/** <linux/magic.h>; names as Docker shows them. */
const names = new Map([
  [0xef53, 'extfs'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x01021994, 'tmpfs'],
  [0x794c7630, 'overlayfs'],
  [0x2fc12fc1, 'zfs'],
  [0xf2f52010, 'f2fs'],
  [0x65735546, 'fuse'],
  [0x6969, 'nfs'],
]);

export const backingFilesystem = (path: string): string => names.get(statfsSync(path).type) ?? '<unknown>';
