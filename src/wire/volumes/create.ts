/** Body of POST /volumes/create. */
import * as v from 'valibot';
import { stringMap } from '../json/map-of.ts';

export const volumeCreateBody = v.object({
  Name: v.optional(v.string(), ''),
  Driver: v.optional(v.string(), ''),
  DriverOpts: v.optional(stringMap, {}),
  Labels: v.optional(stringMap, {}),
  /** Swarm's; its presence makes the volume a cluster volume. */
  ClusterVolumeSpec: v.optional(v.looseObject({})),
});
