/** What the API calls. It decides nothing itself. */
import type { Containers } from '../services/containers/contract.ts';
import type { Events } from '../services/events/contract.ts';
import type { Images } from '../services/images/contract.ts';
import type { Networks } from '../services/networks/contract.ts';
import type { System } from '../services/system/contract.ts';
import type { Volumes } from '../services/volumes/contract.ts';

export interface ApiServices {
  readonly containers: Containers;
  readonly images: Images;
  readonly networks: Networks;
  readonly volumes: Volumes;
  readonly events: Events;
  readonly system: System;
  /** What GET /_ping tells in headers. */
  readonly engine: EngineFacts;
}

export interface EngineFacts {
  /** Version of this engine, in the `Server` header. */
  readonly version: string;
  readonly experimental: boolean;
  /** '1' the classic builder, '2' BuildKit: what clients should build with. */
  readonly builderVersion: string;
  /** `inactive`, `pending`, `error`, `locked`, `active/worker`, `active/manager`. */
  swarmState(): string;
}
