/** Body of POST /networks/create. */
import * as v from 'valibot';
import { stringMap } from '../json/map-of.ts';

const ipamConfig = v.object({
  Subnet: v.optional(v.string(), ''),
  IPRange: v.optional(v.string(), ''),
  Gateway: v.optional(v.string(), ''),
  AuxiliaryAddresses: v.optional(stringMap, {}),
});

const ipam = v.object({
  Driver: v.optional(v.string(), ''),
  Options: v.optional(stringMap, {}),
  Config: v.optional(v.array(ipamConfig), []),
});

export const networkCreateBody = v.object({
  Name: v.optional(v.string(), ''),
  Driver: v.optional(v.string(), ''),
  Scope: v.optional(v.string(), ''),
  EnableIPv4: v.optional(v.boolean()),
  EnableIPv6: v.optional(v.boolean()),
  IPAM: v.optional(ipam),
  Internal: v.optional(v.boolean(), false),
  Attachable: v.optional(v.boolean(), false),
  Ingress: v.optional(v.boolean(), false),
  ConfigOnly: v.optional(v.boolean(), false),
  ConfigFrom: v.optional(v.object({ Network: v.optional(v.string(), '') })),
  Options: v.optional(stringMap, {}),
  Labels: v.optional(stringMap, {}),
});

export type NetworkCreateBody = v.InferOutput<typeof networkCreateBody>;
