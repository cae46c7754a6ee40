/** A container service on doubles: programs are functions, disks are maps. */
import * as v from 'valibot';
import { MemoryFolders } from '../../../src/drivers/runtime/folders/memory-folders.ts';
import { MemoryRuntime } from '../../../src/drivers/runtime/memory/memory-runtime.ts';
import { MemoryLines } from '../../../src/drivers/state/memory/memory-lines.ts';
import { MemoryRecords } from '../../../src/drivers/state/memory/memory-records.ts';
import { MemoryStorage } from '../../../src/drivers/storage/memory/memory.ts';
import { MemoryVolumes } from '../../../src/drivers/volume/memory/memory.ts';
import { notFound } from '../../../src/errors/minke-error.ts';
import { MemoryCgroups } from '../../../src/host/cgroup/memory/memory-cgroups.ts';
import { MemoryProc } from '../../../src/host/proc/memory/memory-proc.ts';
import { MemoryRootfs } from '../../../src/host/rootfs/memory/memory-rootfs.ts';
import { MemoryKeeper, type MemoryProgram, waits } from '../../../src/keeper/memory/memory-keeper.ts';
import { decode } from '../../../src/kit/json/decode.ts';
import { silentLogger } from '../../../src/kit/log/logger.ts';
import { ContainerService } from '../../../src/services/containers/containers.ts';
import type { ContainersOptions } from '../../../src/services/containers/options.ts';
import {
  type ContainerRecord,
  ContainerRecordSchema,
} from '../../../src/services/containers/record/record.ts';
import type { ContainerSettings } from '../../../src/services/containers/settings.ts';
import { EventJournal } from '../../../src/services/events/journal.ts';
import type { ResolvedImage } from '../../../src/services/images/contract.ts';
import { VolumeRecordSchema } from '../../../src/services/volumes/record.ts';
import { VolumeService } from '../../../src/services/volumes/volumes.ts';
import { ContainerCreateBodySchema } from '../../../src/wire/containers/create.ts';
import { parseDigest } from '../../../src/wire/digest.ts';
import type { TaskSpec } from '../../../src/wire/keeper.ts';
import { contextOf, hearing } from './context.ts';
import { MemoryNetworks } from './memory-networks.ts';

export const settingsOf = (change: Partial<ContainerSettings> = {}): ContainerSettings => ({
  dataRoot: '/data',
  defaultRuntime: 'memory',
  shmSize: 67_108_864,
  ipcMode: 'private',
  cgroupnsMode: 'host',
  cgroupParent: '/docker',
  ulimits: [],
  init: false,
  initBinary: '/bin/minke-init',
  log: { Type: 'none', Config: {} },
  noNewPrivileges: false,
  seccomp: 'builtin',
  apparmor: null,
  stopTimeout: 1,
  dns: [],
  dnsSearch: [],
  dnsOptions: [],
  hostGatewayIps: [],
  liveRestore: false,
  publishesToAll: true,
  publishWarnings: false,
  ...change,
});

const IMAGE = parseDigest(`sha256:${'1'.repeat(64)}`);

/** The image `busybox`, without layers. */
const busybox: ResolvedImage = {
  id: IMAGE,
  config: {
    architecture: 'amd64',
    os: 'linux',
    config: { Cmd: ['sh'], Env: ['PATH=/bin'], Labels: { from: 'image' } },
    rootfs: { type: 'layers', diff_ids: [] },
  },
  topLayer: null,
  platform: { os: 'linux', architecture: 'amd64' },
};

export interface ServiceGround {
  readonly keeper: MemoryKeeper;
  readonly runtime: MemoryRuntime;
  readonly folders: MemoryFolders;
  readonly storage: MemoryStorage;
  readonly networks: MemoryNetworks;
  readonly volumes: VolumeService;
  readonly cgroups: MemoryCgroups;
  readonly rootfs: MemoryRootfs;
  readonly proc: MemoryProc;
  readonly heard: ReturnType<typeof hearing>['heard'];
  /** Actions of containers' events, in order. */
  readonly actions: () => string[];
  readonly records: Map<string, string>;
  settings: ContainerSettings;
  service: ContainerService;
  /** A daemon is killed and another one starts: only keeper, disks and kernel stay. */
  crash(): Promise<void>;
  /** Creates and starts; answers the id. */
  run(body: Record<string, unknown>, name?: string): Promise<string>;
  create(body: Record<string, unknown>, name?: string): Promise<string>;
}

/** @param program what a container or exec does; by its arguments */
export async function layService(
  program: (task: TaskSpec) => MemoryProgram = () => waits,
): Promise<ServiceGround> {
  const runtime = new MemoryRuntime();
  const keeper = new MemoryKeeper((task) => {
    if (task.kind === 'container') runtime.begin(task.id, 1);
    return program(task);
  });
  keeper.onExit(({ kind, container }) => {
    if (kind === 'container') runtime.end(container);
  });
  runtime.onKill = (id, signal) => {
    try {
      if (signal === 9 || signal === 15) keeper.end(id, 128 + signal);
    } catch {
      // It ended by itself.
    }
  };
  const { heard, events } = hearing();
  const records = new Map<string, string>();
  const storage = new MemoryStorage();
  const folders = new MemoryFolders();
  const networks = new MemoryNetworks();
  const cgroups = new MemoryCgroups();
  const rootfs = new MemoryRootfs();
  const proc = new MemoryProc();
  const volumes = new VolumeService({
    records: new MemoryRecords(VolumeRecordSchema, new Map()),
    drivers: [new MemoryVolumes('local')],
    events: new EventJournal({ disk: new MemoryLines(), log: silentLogger }),
    log: silentLogger,
  });
  let settings = settingsOf();

  const begin = async (): Promise<ContainerService> => {
    const options: Partial<ContainersOptions> = {
      keeper,
      runtimes: new Map([['memory', runtime]]),
      folders,
      storage,
      networks,
      volumes,
      images: imagesOf(),
      events,
      records: new MemoryRecords<ContainerRecord>(ContainerRecordSchema, records),
      cgroups,
      proc,
      devices: { at: () => [], all: () => [] },
      sources: {
        kind: () => 'directory',
        create: () => {},
        mountOf: () => ({ point: '/', propagation: 'private' }),
        guards: () => [],
      },
      rootfs,
      now: () => BigInt(Date.now()) * 1_000_000n,
      logger: silentLogger,
      settings: () => settings,
      host: {
        architecture: 'amd64',
        kernel: '6.18.0',
        cpus: 2,
        seccomp: true,
        apparmor: false,
        ipv4Forwarding: () => true,
      },
    };
    const made = new ContainerService(contextOf(options));
    await made.restore();
    return made;
  };

  const ground: ServiceGround = {
    keeper,
    runtime,
    folders,
    storage,
    networks,
    volumes,
    cgroups,
    rootfs,
    proc,
    heard,
    records,
    actions: () => heard.filter(({ type }) => type === 'container').map(({ action }) => action),
    get settings() {
      return settings;
    },
    set settings(next) {
      settings = next;
    },
    service: await begin(),
    async crash() {
      ground.service = await begin();
    },
    async create(body, name) {
      const parsed = decode(ContainerCreateBodySchema, { Image: 'busybox', ...body });
      const { Id } = await ground.service.create({ ...(name === undefined ? {} : { name }), body: parsed });
      return Id;
    },
    async run(body, name) {
      const id = await ground.create(body, name);
      await ground.service.start(id);
      return id;
    },
  };
  return ground;
}

/** As far as the container service asks. */
function imagesOf(): ContainersOptions['images'] {
  const images: Partial<ContainersOptions['images']> = {
    async resolve(reference) {
      if (reference === 'busybox' || reference === IMAGE) return busybox;
      throw notFound(`No such image: ${reference}`);
    },
    setUse() {},
    async collect() {},
    used() {},
    async restore() {},
  };
  return images as ContainersOptions['images'];
}

/** The record as it stands on the disk. */
export const recordOf = (ground: ServiceGround, id: string): ContainerRecord =>
  v.parse(ContainerRecordSchema, JSON.parse(ground.records.get(id) ?? 'null'));
