/** What is written down: a network (`<data-root>/network/<id>.json`), a running container's networking. */
import * as v from 'valibot';

const text = v.string();
const maybe = v.nullable(v.string());
const map = v.record(v.string(), v.string());
const version = v.picklist([4, 6]);

const subnetRecord = v.object({
  version,
  subnet: text,
  range: maybe,
  /** The host's address, or whoever else leads out; null: nobody does. */
  gateway: maybe,
  auxiliary: map,
  /** False: the subnet was picked by the engine. */
  configured: v.boolean(),
});

/** One row of `IPAM.Config` as it was asked for. */
const configRow = v.object({ subnet: maybe, range: maybe, gateway: maybe, auxiliary: map });

export const networkRecord = v.object({
  id: v.pipe(text, v.regex(/^[0-9a-f]{64}$/)),
  name: text,
  /** RFC 3339 with nanoseconds. */
  created: text,
  driver: text,
  predefined: v.boolean(),
  enableIPv4: v.boolean(),
  enableIPv6: v.boolean(),
  internal: v.boolean(),
  attachable: v.boolean(),
  configOnly: v.boolean(),
  /** A change is under way: kernel and resolver hold what was before, this, or some of each. */
  changing: v.optional(v.boolean(), false),
  configFrom: maybe,
  options: map,
  labels: map,
  ipam: v.object({ driver: text, options: v.nullable(map), config: v.array(configRow) }),
  /** In use; empty for drivers without addresses and for configurations. */
  subnets: v.array(subnetRecord),
});

const protocol = v.picklist(['tcp', 'udp', 'sctp']);

const endpointRecord = v.object({
  id: text,
  /** Full id of the network. */
  network: text,
  link: text,
  mac: text,
  ipv4: maybe,
  ipv6: maybe,
  /** Link-local addresses besides. */
  linkLocal: v.optional(v.array(text), []),
  /** What the user asked for, as inspect shows it. */
  wish: v.object({ ipv4: maybe, ipv6: maybe }),
  aliases: v.array(text),
  links: v.array(text),
  driverOpts: map,
  gwPriority: v.number(),
  /** It is being put into or taken out of a container that runs. */
  pending: v.optional(v.boolean(), false),
});

const bindingRecord = v.object({
  proto: protocol,
  containerPort: v.number(),
  hostIp: text,
  /** 0: routed, no port of the host. */
  hostPort: v.number(),
});

const portRecord = v.object({
  proto: protocol,
  containerPort: v.number(),
  hostIp: text,
  hostPort: v.number(),
  hostPortEnd: v.number(),
});

export const sandboxRecord = v.object({
  /** 64 hex digits. */
  id: text,
  container: text,
  name: text,
  hostname: text,
  namespace: text,
  /** IPv6 is switched off by the container's sysctls. */
  withoutIPv6: v.boolean(),
  endpoints: v.array(endpointRecord),
  /** DNS servers that were asked for; empty: the host's. */
  dns: v.optional(v.array(text), []),
  /** They are the container's or the daemon's wish, not the host's. */
  ownDns: v.optional(v.boolean(), false),
  /** Its resolv.conf has an `ndots` of its own. */
  ndots: v.optional(v.boolean(), false),
  exposed: v.array(v.object({ proto: text, port: v.number() })),
  requested: v.array(portRecord),
  bindings: v.array(bindingRecord),
});

export type NetworkRecord = v.InferOutput<typeof networkRecord>;
export type SubnetRecord = NetworkRecord['subnets'][number];
export type ConfigRow = NetworkRecord['ipam']['config'][number];
export type SandboxRecord = v.InferOutput<typeof sandboxRecord>;
export type EndpointRecord = SandboxRecord['endpoints'][number];
export type BindingRecord = SandboxRecord['bindings'][number];
