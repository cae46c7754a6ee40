/** What is kept of a container: `<data-root>/containers/<id>/config.v2.json`. */
import * as v from 'valibot';
import { ConfigSchema } from '../../../wire/containers/config.ts';
import { HostConfigSchema } from '../../../wire/containers/host-config.ts';
import { stringMap } from '../../../wire/json/map-of.ts';

const texts = v.array(v.string());

/** One place in the container where something of the outside is. */
const MountPointSchema = v.object({
  type: v.picklist(['bind', 'volume', 'tmpfs', 'image']),
  /** Of a volume; of an image as it was asked for. */
  name: v.string(),
  /** On the host; of an image its id. */
  source: v.string(),
  destination: v.string(),
  driver: v.string(),
  mode: v.string(),
  rw: v.boolean(),
  propagation: v.string(),
  /** Below a volume's or image's root. */
  subpath: v.string(),
  /** Fill an empty volume with what the image has there. */
  copyUp: v.boolean(),
  /** Make the source on the host where it is missing. */
  createSource: v.boolean(),
  nonRecursive: v.boolean(),
  recursiveReadOnly: v.picklist(['no', 'possible', 'demanded']),
  /** For `tmpfs`: as tmpfs(5) has them. */
  options: v.string(),
});
export type MountPoint = v.InferOutput<typeof MountPointSchema>;

/** What a container asks of one network, by the network's name. */
const EndpointSchema = v.object({
  networkId: v.string(),
  ipv4: v.string(),
  ipv6: v.string(),
  linkLocalIps: texts,
  /** There was an IPAMConfig, an empty one perhaps: inspect shows it. */
  ipamGiven: v.optional(v.boolean(), false),
  macAddress: v.string(),
  aliases: v.nullable(texts),
  links: v.nullable(texts),
  driverOpts: v.nullable(stringMap),
  gwPriority: v.number(),
});
export type Endpoint = v.InferOutput<typeof EndpointSchema>;

const HealthSchema = v.object({
  status: v.picklist(['starting', 'healthy', 'unhealthy']),
  failingStreak: v.number(),
  log: v.array(v.object({ Start: v.string(), End: v.string(), ExitCode: v.number(), Output: v.string() })),
});
export type Health = v.InferOutput<typeof HealthSchema>;

/** `exited`: it ran; `created`: it never did (a failed start leaves it so). `removing` and `dead` never start again. */
const StateSchema = v.object({
  status: v.picklist(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']),
  pid: v.number(),
  /** With the pid, which process it is; see `host/proc`. */
  startTime: v.string(),
  exitCode: v.number(),
  error: v.string(),
  oomKilled: v.boolean(),
  /** RFC 3339 with nanoseconds; year 1 where it never happened. */
  startedAt: v.string(),
  finishedAt: v.string(),
  health: v.nullable(HealthSchema),
});
export type State = v.InferOutput<typeof StateSchema>;

const LogSchema = v.variant('driver', [
  v.object({ driver: v.literal('none') }),
  v.object({
    driver: v.picklist(['json-file', 'local']),
    path: v.string(),
    maxSize: v.number(),
    maxFiles: v.number(),
    compress: v.boolean(),
    attrs: stringMap,
  }),
]);
export type Log = v.InferOutput<typeof LogSchema>;

export const ContainerRecordSchema = v.object({
  version: v.literal(1),
  id: v.string(),
  /** Without the slash. */
  name: v.string(),
  created: v.string(),
  /** Digest of the image's config. */
  image: v.string(),
  /** Chain id of the image's layers, which may outlive the image; null for an image without any. */
  topLayer: v.optional(v.nullable(v.string()), null),
  os: v.string(),
  /** Storage driver. */
  driver: v.string(),
  /** Entrypoint and command. */
  argv: texts,
  config: ConfigSchema,
  hostConfig: HostConfigSchema,
  mountPoints: v.array(MountPointSchema),
  endpoints: v.record(v.string(), EndpointSchema),
  log: LogSchema,
  state: StateSchema,
  restartCount: v.number(),
  /** Someone stopped it: `unless-stopped` leaves it alone, and so does every policy until it is started again. */
  manuallyStopped: v.boolean(),
  /** Its files in /etc were written. */
  started: v.boolean(),
});
export type ContainerRecord = v.InferOutput<typeof ContainerRecordSchema>;
