/** Bodies of POST /containers/create, /containers/{id}/update, /networks/{id}/connect and /commit. */
import * as v from 'valibot';
import { configEntries } from './config.ts';
import { flag, int64, mapOf, struct, text, textMap, texts } from './go-json.ts';
import { HostConfigSchema, RestartPolicySchema, resourceEntries } from './host-config.ts';

/** One endpoint as a client asks for it; what only the engine fills in (addresses, ids) is not read. */
export const EndpointConfigSchema = struct({
  IPAMConfig: v.nullish(struct({ IPv4Address: text, IPv6Address: text, LinkLocalIPs: texts })),
  Links: texts,
  Aliases: texts,
  MacAddress: text,
  DriverOpts: textMap,
  GwPriority: int64,
  /** Compose sends the network's id here where the key is only a name. */
  NetworkID: text,
});
export type EndpointConfigBody = v.InferOutput<typeof EndpointConfigSchema>;

export const ContainerCreateBodySchema = struct({
  ...configEntries,
  HostConfig: v.nullish(HostConfigSchema, {}),
  NetworkingConfig: v.nullish(struct({ EndpointsConfig: mapOf(v.nullish(EndpointConfigSchema, {})) }), {}),
});
export type ContainerCreateBody = v.InferOutput<typeof ContainerCreateBodySchema>;

export const ContainerUpdateBodySchema = struct({
  ...resourceEntries,
  RestartPolicy: v.nullish(RestartPolicySchema, {}),
});
export type ContainerUpdateBody = v.InferOutput<typeof ContainerUpdateBodySchema>;

export const NetworkConnectBodySchema = struct({
  Container: text,
  EndpointConfig: v.nullish(EndpointConfigSchema, {}),
});
export const NetworkDisconnectBodySchema = struct({ Container: text, Force: flag });
