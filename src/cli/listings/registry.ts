import type { ContainerSummary } from '../../client/containers/list.ts';
import type { Listing } from '../format/listing.ts';
import { registryLabel, volumeOf } from '../registry/find.ts';

export const registryTable = 'table {{.Name}}\t{{.Status}}\t{{.Address}}\t{{.Volume}}';

const nameOf = (container: ContainerSummary): string => container.Labels[registryLabel] ?? '';

/** Where clients reach it; empty while it does not run. */
const addressOf = ({ Ports }: ContainerSummary): string => {
  const port = Ports.find(({ PublicPort }) => PublicPort > 0);
  return port === undefined ? '' : `${port.IP.includes(':') ? `[${port.IP}]` : port.IP}:${port.PublicPort}`;
};

export const registryListing: Listing<ContainerSummary> = {
  typeName: '*formatter.registryContext',
  headers: { Name: 'NAME', Status: 'STATUS', Address: 'ADDRESS', Volume: 'VOLUME', ID: 'CONTAINER ID' },
  fields: (container) => ({
    Name: nameOf(container),
    Status: container.Status,
    Address: addressOf(container),
    Volume: volumeOf(nameOf(container)),
    ID: container.Id,
  }),
};
