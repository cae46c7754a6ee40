import type { MountPoint as ShownMount } from '../../../wire/generated/engine-api.ts';
import type { MountPoint } from '../record/record.ts';

/** `Mounts` of inspect and of the list. */
export const showMount = (point: MountPoint): ShownMount => ({
  Type: point.type,
  ...(point.name === '' ? {} : { Name: point.name }),
  Source: point.type === 'tmpfs' ? '' : point.source,
  Destination: point.destination,
  ...(point.driver === '' ? {} : { Driver: point.driver }),
  Mode: point.mode,
  RW: point.rw,
  Propagation: point.type === 'bind' || point.type === 'image' ? point.propagation : '',
});
