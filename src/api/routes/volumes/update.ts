import { unavailable } from '../../../errors/minke-error.ts';
import { route } from '../../route.ts';

/** Only cluster volumes can be changed, and only a swarm has those. */
export const update = route({
  method: 'PUT',
  path: '/volumes/{name*}',
  operation: 'VolumeUpdate',
  since: 42,
  handle: () => {
    throw unavailable('volume update only valid for cluster volumes, but swarm is unavailable');
  },
});
