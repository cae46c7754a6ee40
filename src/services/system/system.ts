import type { StorageDriver } from '../../drivers/storage/contract.ts';
import { invalid } from '../../errors/minke-error.ts';
import type { HostFactsReader } from '../../host/facts/contract.ts';
import { goArchitecture } from '../../kit/platform/architecture.ts';
import type { Containers } from '../containers/contract.ts';
import type { Events } from '../events/contract.ts';
import type { Images } from '../images/contract.ts';
import type { Volumes } from '../volumes/contract.ts';
import type { System } from './contract.ts';
import { diskUsage, type ObjectType, objectTypes } from './disk-usage.ts';
import { describeEngine, type EngineFacts, type LiveSettings } from './info.ts';
import { describeVersion } from './version.ts';

export interface SystemOptions {
  readonly containers: Containers;
  readonly images: Images;
  readonly volumes: Volumes;
  readonly events: Events;
  readonly storage: StorageDriver;
  readonly host: HostFactsReader;
  readonly engine: EngineFacts;
  readonly live: () => LiveSettings;
  readonly build: { readonly commit: string; readonly time: string };
  readonly api: { readonly version: string; readonly minVersion: string };
}

const isObjectType = (type: string): type is ObjectType => objectTypes.some((known) => known === type);

export function createSystem(options: SystemOptions): System {
  const { containers, images, volumes, events, storage, host, engine } = options;
  return {
    async info() {
      return describeEngine({
        host: host.read(),
        engine,
        live: options.live(),
        counts: {
          containers: containers.counts(),
          images: await images.count(),
          listeners: events.listeners,
          descriptors: host.openDescriptors(),
        },
        storage: { name: storage.name, status: await storage.status() },
        now: new Date(),
      });
    },

    async version() {
      const runtime = engine.runtimes.get(engine.defaultRuntime);
      return describeVersion({
        version: engine.version,
        commit: options.build.commit,
        buildTime: options.build.time,
        apiVersion: options.api.version,
        minApiVersion: options.api.minVersion,
        nodeVersion: process.versions.node,
        architecture: goArchitecture(process.arch),
        kernelVersion: host.read().kernelVersion,
        experimental: options.live().experimental,
        runtime: runtime === undefined ? null : { name: engine.defaultRuntime, version: runtime.version },
      });
    },

    check: ({ repair }, signal) =>
      images.check({ repair, containers: () => containers.filesystems() }, signal),

    async diskUsage(types) {
      const wanted = types.map((type) => {
        if (!isObjectType(type)) throw invalid(`unknown object type: ${type}`);
        return type;
      });
      const none = new Map<string, readonly string[]>();
      return diskUsage(
        {
          images: () =>
            images.list({ all: false, digests: false, sharedSize: true, manifests: false, filters: none }),
          layersSize: () => images.layersSize(),
          containers: () => containers.list({ all: true, size: true, filters: none }),
          volumes: () => volumes.usage(),
        },
        wanted,
      );
    },
  };
}
