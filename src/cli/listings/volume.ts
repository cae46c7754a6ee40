import type { Volume } from '../../client/volumes/list.ts';
import { labelList } from '../format/labels.ts';
import type { Listing } from '../format/listing.ts';
import { humanSize } from '../format/units.ts';
import { Method } from '../template/value.ts';

export const volumeTable = 'table {{.Driver}}\t{{.Name}}';

export const volumeListing: Listing<Volume> = {
  typeName: '*formatter.volumeContext',
  headers: {
    Name: 'VOLUME NAME',
    Driver: 'DRIVER',
    Scope: 'SCOPE',
    Availability: 'AVAILABILITY',
    Mountpoint: 'MOUNTPOINT',
    Labels: 'LABELS',
    Links: 'LINKS',
    Size: 'SIZE',
    Group: 'GROUP',
    Status: 'STATUS',
  },
  fields: (volume) => ({
    Name: volume.Name,
    Driver: volume.Driver,
    Scope: volume.Scope,
    Mountpoint: volume.Mountpoint,
    Labels: () => labelList(volume.Labels),
    Label: new Method((name) => volume.Labels[String(name)] ?? ''),
    Links: volume.RefCount === -1 ? 'N/A' : String(volume.RefCount),
    Size: () => (volume.Size === -1 ? 'N/A' : humanSize(volume.Size)),
    Group: 'N/A',
    Availability: 'N/A',
    Status: 'N/A',
  }),
};
