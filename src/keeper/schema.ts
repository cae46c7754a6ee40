/** What comes in over the keeper's socket and what an earlier keeper left in its folder. */
import * as v from 'valibot';
import type { AttachHello, HostNames, KeeperRequest, ProxySpec, TaskSpec } from '../wire/keeper.ts';
import type { NameSpec } from '../wire/names.ts';

const texts = v.record(v.string(), v.string());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const kind = v.picklist(['container', 'exec']);

const fileLog = {
  path: v.pipe(v.string(), v.startsWith('/')),
  maxSize: count,
  maxFiles: v.pipe(count, v.minValue(1)),
  compress: v.boolean(),
  attrs: texts,
};

const LogSpecSchema = v.variant('driver', [
  v.object({ driver: v.literal('none') }),
  v.object({ driver: v.literal('json-file'), ...fileLog }),
  v.object({ driver: v.literal('local'), ...fileLog }),
]);

export const TaskSpecSchema = v.object({
  id: v.string(),
  kind,
  container: v.string(),
  argv: v.pipe(v.array(v.string()), v.minLength(1)),
  env: texts,
  cwd: v.pipe(v.string(), v.startsWith('/')),
  sealed: v.exactOptional(v.boolean()),
  tty: v.boolean(),
  consoleSize: v.exactOptional(v.object({ height: count, width: count })),
  oomScoreAdj: v.exactOptional(v.pipe(v.number(), v.integer())),
  openStdin: v.boolean(),
  stdinOnce: v.boolean(),
  log: LogSpecSchema,
}) satisfies v.GenericSchema<unknown, TaskSpec>;

/** `spec.json` of a task. */
export interface Launched {
  readonly attempt: string;
  readonly task: TaskSpec;
}
export const LaunchedSchema = v.object({
  attempt: v.string(),
  task: TaskSpecSchema,
}) satisfies v.GenericSchema<unknown, Launched>;

const port = v.pipe(count, v.minValue(1), v.maxValue(65535));
const ProxySpecSchema = v.object({
  proto: v.picklist(['tcp', 'udp', 'sctp']),
  hostIp: v.string(),
  hostPort: port,
  containerIp: v.string(),
  containerPort: port,
}) satisfies v.GenericSchema<unknown, ProxySpec>;

/** `proxies/<container>.json`. */
export const ProxiesSchema = v.object({ container: v.string(), proxies: v.array(ProxySpecSchema) });

const words = v.array(v.string());
const NameSpecSchema = v.object({
  name: v.string(),
  namespace: v.nullable(v.pipe(v.string(), v.startsWith('/'))),
  servers: words,
  outside: v.boolean(),
  ndots: v.boolean(),
  places: v.array(
    v.object({
      network: v.string(),
      networkName: v.string(),
      neighbours: v.boolean(),
      names: words,
      addresses: words,
      links: v.array(v.object({ target: v.string(), alias: v.string() })),
    }),
  ),
}) satisfies v.GenericSchema<unknown, NameSpec>;

/** `names/<container>.json`. */
export const NamesSchema = v.object({ container: v.string(), names: NameSpecSchema });

/** `host-names.json`. */
export const HostNamesSchema = v.object({ host: v.string(), port }) satisfies v.GenericSchema<
  unknown,
  HostNames
>;

const id = v.number();
export const RequestSchema = v.variant('method', [
  v.object({ id, method: v.literal('hello'), version: v.string() }),
  v.object({ id, method: v.literal('launch'), attempt: v.exactOptional(v.string()), task: TaskSpecSchema }),
  v.object({ id, method: v.literal('list') }),
  v.object({ id, method: v.literal('resize'), task: v.string(), height: count, width: count }),
  v.object({ id, method: v.literal('forget'), task: v.string() }),
  v.object({ id, method: v.literal('proxies'), container: v.string(), proxies: v.array(ProxySpecSchema) }),
  v.object({ id, method: v.literal('keep-proxies'), containers: words }),
  v.object({ id, method: v.literal('names'), container: v.string(), names: v.nullable(NameSpecSchema) }),
  v.object({ id, method: v.literal('host-names'), at: v.nullable(HostNamesSchema) }),
  v.object({ id, method: v.literal('retire') }),
]) satisfies v.GenericSchema<unknown, KeeperRequest>;

export const HelloSchema = v.variant('kind', [
  v.object({ kind: v.literal('control') }),
  v.object({
    kind: v.literal('attach'),
    task: v.string(),
    stdin: v.boolean(),
    stdout: v.boolean(),
    stderr: v.boolean(),
  }) satisfies v.GenericSchema<unknown, AttachHello>,
]);
