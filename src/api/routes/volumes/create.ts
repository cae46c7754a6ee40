import { unavailable } from '../../../errors/minke-error.ts';
import { volumeCreateBody } from '../../../wire/volumes/create.ts';
import { created } from '../../answer.ts';
import { jsonBody, route } from '../../route.ts';
import { notManager } from '../swarm/texts.ts';

/** Cluster volumes exist since then; before, their part of the body was unknown. */
const clusterSince = 42;

export const create = route({
  method: 'POST',
  path: '/volumes/create',
  operation: 'VolumeCreate',
  since: 24,
  body: jsonBody(volumeCreateBody),
  handle: async ({ body, version }, { volumes }) => {
    if (body.ClusterVolumeSpec !== undefined && version >= clusterSince) throw unavailable(notManager);
    const { Name, Driver, DriverOpts, Labels } = body;
    return created(
      await volumes.create({ name: Name, driver: Driver || 'local', driverOpts: DriverOpts, labels: Labels }),
    );
  },
});
