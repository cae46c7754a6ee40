import type { NetworkSummary } from '../../client/networks/list.ts';
import { shortId } from '../format/identity.ts';
import { labelList } from '../format/labels.ts';
import type { Listing } from '../format/listing.ts';
import { goTimeOf } from '../format/time.ts';
import { Method } from '../template/value.ts';

export const networkTable = 'table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}';

export const networkListing = (truncate: boolean): Listing<NetworkSummary> => ({
  typeName: '*network.networkContext',
  headers: {
    ID: 'NETWORK ID',
    Name: 'NAME',
    Driver: 'DRIVER',
    Scope: 'SCOPE',
    IPv4: 'IPV4',
    IPv6: 'IPV6',
    Internal: 'INTERNAL',
    Labels: 'LABELS',
    CreatedAt: 'CREATED AT',
  },
  fields: (network) => ({
    ID: truncate ? shortId(network.Id) : network.Id,
    Name: network.Name,
    Driver: network.Driver,
    Scope: network.Scope,
    IPv4: String(network.Ipv4),
    IPv6: String(network.Ipv6),
    Internal: String(network.Internal),
    Labels: () => labelList(network.Labels),
    Label: new Method((name) => network.Labels[String(name)] ?? ''),
    CreatedAt: () => goTimeOf(network.Created),
  }),
});
