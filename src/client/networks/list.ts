import type { Client } from '../client.ts';
import { bool, type Json, list, object, text, textMap } from '../json.ts';
import { encodeFilters, type Filters } from '../query.ts';

export interface NetworkSummary {
  readonly Id: string;
  readonly Name: string;
  readonly Driver: string;
  readonly Scope: string;
  readonly Created: string;
  readonly Internal: boolean;
  readonly Ipv4: boolean;
  readonly Ipv6: boolean;
  readonly Labels: Readonly<Record<string, string>>;
}

export function networkSummary(value: Json): NetworkSummary {
  const data = object(value);
  return {
    Id: text(data.Id),
    Name: text(data.Name),
    Driver: text(data.Driver),
    Scope: text(data.Scope),
    Created: text(data.Created),
    Internal: bool(data.Internal),
    Ipv4: bool(data.EnableIPv4),
    Ipv6: bool(data.EnableIPv6),
    Labels: textMap(data.Labels),
  };
}

/** `GET /networks`. */
export async function listNetworks(client: Client, filters?: Filters): Promise<NetworkSummary[]> {
  return list(
    await client.json('GET', '/networks', { query: { filters: encodeFilters(filters) } }),
    networkSummary,
  );
}
