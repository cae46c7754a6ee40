/** Bodies of POST /containers/create, /containers/{id}/update, /networks/{id}/connect and /commit. */
import * as v from 'valibot';
import { stringMap } from '../json/map-of.ts';
import { configEntries } from './config.ts';
import { flag, int64, mapOf, text, textMap, texts } from './fields.ts';
import { HostConfigSchema, PortMapSchema, RestartPolicySchema, resourceEntries } from './host-config.ts';

/** One endpoint as a client asks for it; what only the engine fills in (addresses, ids) is not read. */
export const EndpointConfigSchema = v.object({
  IPAMConfig: v.nullish(v.object({ IPv4Address: text, IPv6Address: text, LinkLocalIPs: texts })),
  Links: texts,
  Aliases: texts,
  MacAddress: text,
  DriverOpts: textMap,
  GwPriority: int64,
  /** Compose sends the network's id here where the key is only a name. */
  NetworkID: text,
});
export type EndpointConfigBody = v.InferOutput<typeof EndpointConfigSchema>;

export const ContainerCreateBodySchema = v.object({
  ...configEntries,
  HostConfig: v.nullish(HostConfigSchema, {}),
  NetworkingConfig: v.nullish(v.object({ EndpointsConfig: mapOf(v.nullish(EndpointConfigSchema, {})) }), {}),
});
export type ContainerCreateBody = v.InferOutput<typeof ContainerCreateBodySchema>;

export const ContainerUpdateBodySchema = v.object({
  ...resourceEntries,
  RestartPolicy: v.nullish(RestartPolicySchema, {}),
  /** Beyond Docker: bindings to add. */
  PublishAdd: PortMapSchema,
  /** Beyond Docker: bindings to take away; an empty list stands for all of that port. */
  PublishRemove: PortMapSchema,
  /** Beyond Docker: by network, driver options to change; '' takes one away. Limits of traffic may change. */
  EndpointOptions: mapOf(stringMap),
});
export type ContainerUpdateBody = v.InferOutput<typeof ContainerUpdateBodySchema>;

export const NetworkConnectBodySchema = v.object({
  Container: text,
  EndpointConfig: v.nullish(EndpointConfigSchema, {}),
});
export const NetworkDisconnectBodySchema = v.object({ Container: text, Force: flag });
