import type { ClusterVolume, Volume } from '../../client/volumes/list.ts';
import { labelList } from '../format/labels.ts';
import type { Listing } from '../format/listing.ts';
import { humanSize } from '../format/units.ts';
import { Method } from '../template/value.ts';

export const volumeTable = 'table {{.Driver}}\t{{.Name}}';

export const clusterVolumeTable = 'table {{.Name}}\t{{.Group}}\t{{.Driver}}\t{{.Availability}}\t{{.Status}}';

function status(cluster: ClusterVolume | undefined): string {
  if (cluster === undefined) return 'N/A';
  if (!cluster.created) return 'pending creation';
  if (cluster.nodes === 0) return 'created';
  return `in use (${cluster.nodes} node${cluster.nodes === 1 ? '' : 's'})`;
}

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
    Group: volume.Cluster?.group ?? 'N/A',
    Availability: volume.Cluster?.availability ?? 'N/A',
    Status: status(volume.Cluster),
  }),
};
