import type { ApiServices, EngineFacts } from '../../../src/api/services.ts';
import type { Containers } from '../../../src/services/containers/contract.ts';
import type { Events } from '../../../src/services/events/contract.ts';
import type { Images } from '../../../src/services/images/contract.ts';
import type { Networks } from '../../../src/services/networks/contract.ts';
import type { System } from '../../../src/services/system/contract.ts';
import type { Volumes } from '../../../src/services/volumes/contract.ts';
import { double } from './double.ts';

export interface Members {
  readonly containers?: Partial<Containers>;
  readonly images?: Partial<Images>;
  readonly networks?: Partial<Networks>;
  readonly volumes?: Partial<Volumes>;
  readonly events?: Partial<Events>;
  readonly system?: Partial<System>;
  readonly engine?: Partial<EngineFacts>;
}

/** Services of which only what a test needs is there. */
export const services = (members: Members): ApiServices => ({
  // Every ping says that something may follow.
  containers: double<Containers>('containers', members.containers ?? {}, { expect: () => {} }),
  images: double<Images>('images', members.images ?? {}),
  networks: double<Networks>('networks', members.networks ?? {}),
  volumes: double<Volumes>('volumes', members.volumes ?? {}),
  events: double<Events>('events', members.events ?? {}),
  system: double<System>('system', members.system ?? {}),
  engine: {
    version: '0.0.0',
    experimental: false,
    builderVersion: '2',
    swarmState: () => 'inactive',
    ...members.engine,
  },
});
