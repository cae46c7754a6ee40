/** The composition root: everything is constructed here, from the bottom to the top, and nowhere else. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createApi } from '../api/api.ts';
import { DiskLogFiles } from '../drivers/log/read/disk-log-files.ts';
import { Distribution } from '../drivers/remote/distribution/distribution.ts';
import { FileFolders } from '../drivers/runtime/folders/file-folders.ts';
import { FileRecords } from '../drivers/state/files/file-records.ts';
import { LineFiles } from '../drivers/state/files/line-files.ts';
import { chooseStorage } from '../drivers/storage/choose.ts';
import { messageOf } from '../errors/minke-error.ts';
import { ArchiveThreads } from '../host/archive/threads.ts';
import { LinuxCgroups } from '../host/cgroup/linux.ts';
import { mendHybridHost } from '../host/cgroup/mend.ts';
import { realtime } from '../host/clock/realtime.ts';
import { decompressByPrograms } from '../host/decompress/programs.ts';
import { linuxDevices } from '../host/devices/linux.ts';
import { LinuxHostFacts } from '../host/facts/linux.ts';
import { hungUp } from '../host/fds/hung-up.ts';
import { closeInherited } from '../host/fds/inherited.ts';
import { LinuxMounts } from '../host/mount/linux/mounts.ts';
import { isPortFree } from '../host/ports/free-port.ts';
import { LinuxProc } from '../host/proc/linux.ts';
import { posixProcesses } from '../host/process/posix/posix-processes.ts';
import { linuxRootfs } from '../host/rootfs/linux.ts';
import { linuxSources } from '../host/sources/linux.ts';
import { KeeperClient } from '../keeper/client/keeper-client.ts';
import type { LineLogger } from '../kit/log/logger.ts';
import { goArchitecture } from '../kit/platform/architecture.ts';
import { ContainerService } from '../services/containers/containers.ts';
import { ContainerRecordSchema } from '../services/containers/record/record.ts';
import { EventJournal } from '../services/events/journal.ts';
import type { LiveSettings } from '../services/system/info.ts';
import { createSystem } from '../services/system/system.ts';
import { maxVersion, minVersion, showVersion } from '../wire/api/versions.ts';
import { buildFacts } from './build-facts.ts';
import { engineId } from './engine-id.ts';
import { listenersOf } from './listen/listeners.ts';
import { levelOf } from './log-level.ts';
import { prepareRoot, programFiles } from './places.ts';
import { reloaded } from './reload.ts';
import { showValue } from './settings/flags.ts';
import type { LoadedSettings } from './settings/settings.ts';
import type { Settings } from './settings/table.ts';
import { containerSettings } from './wiring/container-settings.ts';
import { wireImages } from './wiring/images.ts';
import { parseHostNames, resolverOf } from './wiring/names.ts';
import { wireNetworks } from './wiring/networks.ts';
import { wireRegistry } from './wiring/registry.ts';
import { registrySettings } from './wiring/registry-settings.ts';
import { findRuntimes } from './wiring/runtimes.ts';
import { wireVolumes } from './wiring/volumes.ts';

/** How often the disk is looked at where nothing comes, in milliseconds. */
const IMAGE_GC_PACE = 10 * 60 * 1000;

export interface Engine {
  /** Takes over what may change at run time; anything wrong in the new settings leaves all as it is. */
  reload(load: () => LoadedSettings): void;
  /** Stops serving, then the containers (unless live-restore is on), then what is left. */
  stop(): Promise<void>;
}

/** systemd's sockets are the only descriptors that a parent means us to have: 3 and on, as many as it says. */
function handedOver(environment: NodeJS.ProcessEnv): ReadonlySet<number> {
  const count = environment.LISTEN_PID === String(process.pid) ? Number(environment.LISTEN_FDS ?? 0) : 0;
  return new Set(Array.from({ length: count }, (_, index) => 3 + index));
}

export async function start({ settings: asked, given }: LoadedSettings, log: LineLogger): Promise<Engine> {
  closeInherited(handedOver(process.env));
  process.umask(0o022);
  const files = programFiles();
  let settings: Settings = {
    ...asked,
    dataRoot: prepareRoot(asked.dataRoot),
    execRoot: prepareRoot(asked.execRoot),
  };
  const { dataRoot, execRoot } = settings;
  const { listeners, warnings: exposure } = listenersOf(settings, {
    readFile: (path) => readFileSync(path),
    groupFile: readFileSync('/etc/group', 'utf8'),
    environment: process.env,
    tlsGiven: given.has('tls'),
  });
  for (const warning of exposure) log.warn(warning);

  const hostNames = parseHostNames(settings.hostNames);
  const host = new LinuxHostFacts();
  const facts = host.read();
  const processes = posixProcesses;
  const mended = await mendHybridHost(processes);
  for (const note of mended) log.info(note);
  const cgroups = new LinuxCgroups();
  const proc = new LinuxProc();
  const mounts = new LinuxMounts();
  const found = await findRuntimes(settings, { processes, cgroups, proc, mounts, log });

  const keeper = await KeeperClient.open({
    root: join(execRoot, 'keeper'),
    program: { node: process.execPath, script: files.keeper, shim: files.shim, proxy: files.proxy },
    version: buildFacts.version,
    log,
  });
  const events = new EventJournal({
    disk: new LineFiles({
      folder: join(dataRoot, 'events'),
      fileBytes: 4 << 20,
      files: 8,
      warn: (text) => log.warn(text),
    }),
    log,
  });
  const archives = new ArchiveThreads({
    entry: files.archiveThread,
    threads: Math.min(4, Math.max(2, availableParallelism())),
    isal: process.env.MINKE_DISABLE_ISAL === undefined,
  });
  const { storage, warning: storageWarning } = await chooseStorage(
    { dataRoot, mounts, archives, warn: (text) => log.warn(text) },
    settings.storageDriver,
  );
  if (storageWarning !== null) log.warn(storageWarning);
  const remote = new Distribution({
    settings: () => registrySettings(settings, process.env),
    idle: settings.registryTimeout * 1000,
    userAgent: `minke/${buildFacts.version} os/linux arch/${goArchitecture(process.arch)}`,
  });
  const images = wireImages(dataRoot, {
    storage,
    events,
    log,
    remote,
    settings: () => settings,
    decompressor: decompressByPrograms(processes),
  });
  const volumes = wireVolumes(dataRoot, { events, log });
  const id = engineId(dataRoot, (text) => log.warn(text));
  const { networks, thread } = wireNetworks(settings, {
    processes,
    events,
    log,
    threadEntry: files.namespaceThread,
    engineId: id,
    probe: isPortFree,
    resolver: resolverOf(keeper),
  });
  await keeper.hostNames(hostNames).catch((error: unknown) => log.error(messageOf(error)));
  const hostDefaults = {
    cgroupVersion: cgroups.support.version,
    apparmor: facts.apparmor,
    defaultRuntime: found.defaultName,
    initBinary: files.init,
  };
  let forContainers = containerSettings(settings, hostDefaults);
  const containers = new ContainerService({
    keeper,
    runtimes: found.runtimes,
    folders: new FileFolders({
      bundles: join(execRoot, 'containers'),
      folders: join(dataRoot, 'containers'),
      parts: join(execRoot, 'parts'),
      mounts,
    }),
    storage,
    networks,
    volumes,
    images,
    events,
    records: new FileRecords({
      root: join(dataRoot, 'containers'),
      layout: { kind: 'nested', file: 'config.v2.json' },
      schema: ContainerRecordSchema,
      folderMode: 0o710,
    }),
    logs: new DiskLogFiles(),
    archives,
    cgroups,
    proc,
    devices: linuxDevices,
    sources: linuxSources,
    rootfs: linuxRootfs,
    processes,
    decompressor: decompressByPrograms(processes),
    now: realtime,
    logger: log,
    settings: () => forContainers,
    host: {
      architecture: goArchitecture(process.arch),
      kernel: facts.kernelVersion,
      cpus: facts.cpus,
      seccomp: facts.seccomp,
      apparmor: facts.apparmor,
      ipv4Forwarding: () => host.ipv4Forwarding(),
    },
  });
  await containers.restore();
  const collecting = setInterval(() => void images.collectUnused(), IMAGE_GC_PACE);
  void images.collectUnused();

  const live = (): LiveSettings => ({ ...settings, imageGc: showValue('imageGc', settings.imageGc) });
  const defaultRuntime = found.probes.get(found.defaultName);
  const system = createSystem({
    containers,
    images,
    volumes,
    events,
    storage,
    host,
    engine: {
      id,
      version: buildFacts.version,
      dataRoot,
      cgroups: cgroups.support,
      runtimes: new Map(
        [...found.probes].map(([name, { path, version }]) => [
          name,
          { path, version, args: settings.addRuntime.get(name)?.args ?? [] },
        ]),
      ),
      defaultRuntime: found.defaultName,
      defaultAddressPools: settings.defaultAddressPools,
      firewallBackend: settings.iptables ? settings.firewallBackend || 'iptables' : 'none',
      seccompProfile: settings.seccompProfile,
      cgroupnsMode: forContainers.cgroupnsMode,
      initBinary: 'docker-init',
      warnings: [...mended, ...found.warnings, ...(storageWarning === null ? [] : [storageWarning])],
    },
    live,
    build: { commit: buildFacts.commit, time: buildFacts.time },
    api: { version: showVersion(maxVersion), minVersion: showVersion(minVersion) },
  });

  const api = createApi(
    {
      containers,
      images,
      networks,
      volumes,
      events,
      system,
      engine: {
        version: buildFacts.version,
        experimental: settings.experimental,
        builderVersion: '2',
        swarmState: () => 'inactive',
      },
    },
    { log, hungUp },
  );
  const registry = await wireRegistry(settings.registry, dataRoot);
  if (registry !== null) log.info(`Registry listens on ${registry.address}`);
  for (const listener of listeners) {
    const { address } = await api.handle(listener);
    log.info(`API listen on ${address}`);
  }
  log.info('Daemon has completed initialization', {
    version: buildFacts.version,
    runtime: `${found.defaultName} ${defaultRuntime?.version ?? ''}`,
    storage: storage.name,
    cgroups: `v${cgroups.support.version}`,
  });

  return {
    reload(load) {
      try {
        const next = reloaded(settings, load().settings);
        settings = next.settings;
        forContainers = containerSettings(settings, hostDefaults);
        void images.collectUnused();
        log.level = levelOf(settings);
        registry
          ?.reload()
          .catch((error: unknown) =>
            log.error('the registry keeps its certificates', { error: messageOf(error) }),
          );
        log.info('Got signal to reload configuration', { changed: next.changed.join(',') || 'nothing' });
        events.publish({ type: 'daemon', action: 'reload', id, attributes: { name: facts.hostname } });
      } catch (error) {
        log.error('the new configuration is not taken over', { error: messageOf(error) });
      }
    },
    async stop() {
      clearInterval(collecting);
      const serving = api.close();
      await containers.shutdown({ timeout: settings.shutdownTimeout });
      await serving;
      await registry?.close();
      await networks.close();
      await thread.close();
      remote.close();
      await storage.close();
      await archives.close();
      await events.close();
      // With nothing left to hold it ends with us; containers that live on keep it.
      await keeper
        .retire()
        .catch((error: unknown) => log.warn('the keeper stays', { error: messageOf(error) }));
      await keeper.close();
    },
  };
}
