import * as v from 'valibot';
import type { VolumeDriver } from '../../drivers/volume/contract.ts';
import type { Volume } from '../../wire/generated/engine-api.ts';
import { stringMap } from '../../wire/json/map-of.ts';

/** What is kept of a volume, `<data-root>/volumes/<name>/volume.json`. */
export const VolumeRecordSchema = v.object({
  Driver: v.string(),
  Options: v.optional(stringMap),
  Labels: v.optional(stringMap),
  /** RFC 3339, seconds. */
  CreatedAt: v.string(),
});
export type VolumeRecord = v.InferOutput<typeof VolumeRecordSchema>;

export interface VolumeEntry {
  readonly name: string;
  readonly record: VolumeRecord;
  readonly driver: VolumeDriver;
  /** Containers that refer to it, running or not. */
  readonly containers: Set<string>;
  /** Those of them that have it mounted, and whether anybody was told. */
  readonly mounted: Map<string, boolean>;
}

/** Set on volumes that nobody gave a name. */
export const ANONYMOUS = 'com.docker.volume.anonymous';

export const isAnonymous = ({ record }: VolumeEntry): boolean =>
  Object.hasOwn(record.Labels ?? {}, ANONYMOUS);

/** Volumes with options often are not on this machine's disk, even with the local driver. */
export const isPlain = ({ record, driver }: VolumeEntry): boolean =>
  driver.name === 'local' && record.Options === undefined;

export const describeVolume = ({ name, record, driver }: VolumeEntry): Volume => ({
  CreatedAt: record.CreatedAt,
  Driver: driver.name,
  Labels: record.Labels ?? null,
  Mountpoint: driver.path(name),
  Name: name,
  Options: record.Options ?? null,
  Scope: driver.scope,
});
