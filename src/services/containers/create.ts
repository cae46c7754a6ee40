import { invalid, isKind, MinkeError, messageOf, notFound } from '../../errors/minke-error.ts';
import { fitsPlatform } from '../../kit/platform/match.ts';
import { parsePlatform } from '../../kit/platform/parse.ts';
import { ramInBytes } from '../../kit/size/parse-size.ts';
import { type Platform, showPlatform } from '../../wire/api/platform.ts';
import type { ContainerCreateBody } from '../../wire/containers/create.ts';
import type { HostConfigBody } from '../../wire/containers/host-config.ts';
import type { ContainerCreateResponse } from '../../wire/generated/engine-api.ts';
import type { ResolvedImage } from '../images/contract.ts';
import { announce, type Context, timestamp, undoFor } from './context.ts';
import { copyUp } from './copy-up.ts';
import { checkConfig } from './create/check-config.ts';
import { checkHostConfig } from './create/check-host-config.ts';
import { withDefaults } from './create/defaults.ts';
import { checkImageVolume } from './create/destinations.ts';
import { endpointOf, endpointRequest, plainEndpoint } from './create/endpoints.ts';
import { checkLogConfig, mergeLogConfig } from './create/log-config.ts';
import { argvOf, mergeImage } from './create/merge-image.ts';
import { joinedContainer, joining, parseNetworkMode } from './create/modes.ts';
import {
  borrowed,
  imageVolume,
  type MountWish,
  mountWishes,
  parseVolumesFrom,
} from './create/mount-points.ts';
import { checkName, randomId } from './create/names.ts';
import { publishWarnings } from './create/publish-warnings.ts';
import { emptyLog } from './launch/log-spec.ts';
import { createImageMount, imageMountId } from './launch/mounts.ts';
import { linksById } from './links.ts';
import { LiveContainer } from './live/container.ts';
import type { Undo } from './live/undo.ts';
import type { ContainerRecord, Endpoint, MountPoint } from './record/record.ts';
import { freshState } from './record/state.ts';

export interface CreateRequest {
  readonly name?: string;
  /** `os/arch[/variant]` */
  readonly platform?: string;
  readonly body: ContainerCreateBody;
}

function checkPlatform(wanted: Platform | undefined, { platform }: ResolvedImage, ref: string): void {
  if (wanted === undefined || fitsPlatform(platform, wanted)) return;
  throw notFound(
    `image with reference ${ref} was found but its platform (${showPlatform(platform)}) does not match the specified platform (${showPlatform(wanted)})`,
  );
}

function platformWarning(
  host: Platform,
  wanted: Platform | undefined,
  { platform }: ResolvedImage,
): string[] {
  if (wanted !== undefined || fitsPlatform(platform, host)) return [];
  return [
    `The requested image's platform (${showPlatform(platform)}) does not match the detected host platform (${showPlatform(host)}) and no specific platform was requested`,
  ];
}

/** `container:name` by id, so that a rename changes nothing; a network that is told by a part of its id by all of it. */
async function pinned(context: Context, hostConfig: HostConfigBody): Promise<HostConfigBody> {
  const byId = (mode: string): string => {
    const ref = joinedContainer(mode);
    const found = ref === null ? undefined : context.registry.find(ref);
    return found === undefined ? mode : joining(found.id);
  };
  const { NetworkMode, IpcMode, PidMode } = hostConfig;
  const mode = parseNetworkMode(NetworkMode);
  const network =
    mode.kind === 'network' ? await context.networks.resolve(mode.network).catch(() => null) : null;
  const named = mode.kind !== 'network' || network === null || network.name === mode.network;
  return {
    ...hostConfig,
    NetworkMode: named ? byId(NetworkMode) : network.id,
    IpcMode: byId(IpcMode),
    PidMode: byId(PidMode),
  };
}

/** Containers whose memory or processes are shared have to be there already; Docker asks so at create. */
function checkDonors(context: Context, { IpcMode, PidMode, Privileged }: HostConfigBody): void {
  if (IpcMode === 'host' || PidMode === 'host' || Privileged) return;
  for (const mode of [IpcMode, PidMode]) {
    const ref = joinedContainer(mode);
    if (ref !== null && context.registry.find(ref) === undefined) throw invalid(`No such container: ${ref}`);
  }
}

function checkConflicts(body: ContainerCreateBody): void {
  const { HostConfig: hostConfig, Hostname, MacAddress, ExposedPorts } = body;
  const mode = parseNetworkMode(hostConfig.NetworkMode);
  if (mode.kind === 'container') {
    if (Hostname !== '') throw invalid('conflicting options: hostname and the network mode');
    if ((hostConfig.Links ?? []).length > 0) {
      throw invalid(
        "conflicting options: container type network can't be used with links. This would result in undefined behavior",
      );
    }
    if ((hostConfig.Dns ?? []).length > 0) throw invalid('conflicting options: dns and the network mode');
    if ((hostConfig.ExtraHosts ?? []).length > 0) {
      throw invalid('conflicting options: custom host-to-IP mapping and the network mode');
    }
    if (MacAddress !== '') throw invalid('conflicting options: mac-address and the network mode');
    if (Object.keys(hostConfig.PortBindings ?? {}).length > 0 || hostConfig.PublishAllPorts) {
      throw invalid('conflicting options: port publishing and the container type network mode');
    }
    if (Object.keys(ExposedPorts ?? {}).length > 0)
      throw invalid('conflicting options: port exposing and the container type network mode');
    checkBorrowed(body);
  }
  if (mode.kind === 'host' && (hostConfig.Links ?? []).length > 0) {
    throw invalid(
      "conflicting options: host type networking can't be used with links. This would result in undefined behavior",
    );
  }
  if (hostConfig.UTSMode === 'host' && Hostname !== '') {
    throw invalid('conflicting options: hostname and the UTS mode');
  }
}

/** Who uses another's network can't ask for addresses in it. */
function checkBorrowed({ HostConfig, NetworkingConfig }: ContainerCreateBody): void {
  for (const { IPAMConfig: config } of Object.values(NetworkingConfig.EndpointsConfig ?? {})) {
    if (!config?.IPv4Address && !config?.IPv6Address) continue;
    throw invalid(
      `invalid config for network ${HostConfig.NetworkMode}: invalid endpoint settings:\nuser specified IP address is supported on user defined networks only`,
    );
  }
}

/** Endpoints by the names of their networks. */
async function endpointsOf(
  context: Context,
  { NetworkingConfig, HostConfig, NetworkDisabled, MacAddress }: ContainerCreateBody,
): Promise<Record<string, Endpoint>> {
  const mode = parseNetworkMode(HostConfig.NetworkMode);
  const asked = Object.entries(NetworkingConfig.EndpointsConfig ?? {});
  if (NetworkDisabled === true || mode.kind === 'container') return {};
  const main = mode.kind === 'network' ? mode.network : mode.kind;
  const byName = new Map<string, Endpoint>();
  const network = await context.networks.resolve(main).catch(() => undefined);
  const mainName = network?.name ?? main;
  for (const [key, body] of asked) {
    const ref = ['', 'default'].includes(key) ? mainName : body.NetworkID || key;
    const found = await context.networks.resolve(ref).catch(() => undefined);
    const name = found?.name ?? key;
    byName.set(name, { ...endpointOf(body), networkId: found?.id ?? body.NetworkID });
  }
  if (!byName.has(mainName)) byName.set(mainName, { ...plainEndpoint(), networkId: network?.id ?? '' });
  const endpoint = byName.get(mainName);
  if (MacAddress !== '' && endpoint !== undefined && endpoint.macAddress === '') {
    byName.set(mainName, { ...endpoint, macAddress: MacAddress.toLowerCase() });
  }
  if (byName.size > 1 && mode.kind !== 'network') {
    throw invalid(
      mode.kind === 'host'
        ? 'container sharing network namespace with another container or host cannot be connected to any other network'
        : 'container cannot be connected to multiple networks with one of the networks in private (none) mode',
    );
  }
  for (const [name, one] of byName) {
    try {
      context.networks.checkEndpoint(endpointRequest(name, one));
    } catch (error) {
      // A network may still be made before the start, which says so where it is not.
      if (isKind(error, 'not-found')) continue;
      if (!(error instanceof MinkeError)) throw error;
      throw new MinkeError(error.kind, `invalid config for network ${name}: ${error.message}`, {
        cause: error,
      });
    }
  }
  return Object.fromEntries(byName);
}

function wishesOf(
  context: Context,
  hostConfig: HostConfigBody,
  volumes: Readonly<Record<string, unknown>> | null,
): MountWish[] {
  const others = (hostConfig.VolumesFrom ?? []).flatMap((spec) => {
    const { container, writable } = parseVolumesFrom(spec);
    const found = context.registry.find(container);
    if (found === undefined) throw invalid(`No such container: ${container}`);
    return borrowed(found.record.mountPoints, writable);
  });
  const { dataRoot } = context.settings();
  const wishes = mountWishes(hostConfig, others, { sources: context.sources, dataRoot });
  const taken = new Set([
    ...wishes.map(({ point }) => point.destination),
    ...Object.keys(hostConfig.Tmpfs ?? {}),
  ]);
  const anonymous = Object.keys(volumes ?? {})
    .map(checkImageVolume)
    .filter((path) => !taken.has(path));
  return [...wishes, ...anonymous.map((path) => imageVolume(path, hostConfig.VolumeDriver))];
}

/** Finds or makes the volumes, and the filesystems of mounted images. */
async function realMountPoints(
  context: Context,
  id: string,
  wishes: readonly MountWish[],
  undo: Undo,
): Promise<MountPoint[]> {
  const points: MountPoint[] = [];
  for (const { point, volume } of wishes) {
    if (point.type === 'volume') {
      const wish = { name: point.name, driver: point.driver, ...(volume ?? { driverOpts: {}, labels: {} }) };
      const found = await context.volumes.refer(wish, id).catch((error: unknown) => {
        // Not found means the image to clients, which would go and pull it.
        throw isKind(error, 'not-found') ? invalid(error.message, error) : error;
      });
      undo.add(() => context.volumes.release(found.Name, id, { removeAnonymous: true }));
      points.push({ ...point, name: found.Name, driver: found.Driver, source: found.Mountpoint });
    } else if (point.type === 'image') {
      const image = await context.images.resolve(point.name);
      const real = { ...point, source: image.id };
      await createImageMount(context, id, real);
      undo.add(() => context.storage.remove(imageMountId(id, point.destination)));
      points.push(real);
    } else points.push(point);
  }
  return points;
}

/** @throws invalid "invalid size: …" */
function sizeLimit({ StorageOpt }: HostConfigBody): { sizeBytes?: number } {
  const size = StorageOpt?.size;
  if (size === undefined) return {};
  try {
    return { sizeBytes: ramInBytes(size) };
  } catch (error) {
    throw invalid(messageOf(error), error);
  }
}

/** Everything that can be wrong with a request, before anything is made. */
async function draft(context: Context, { platform, body }: CreateRequest) {
  const { cgroups, proc, host } = context;
  const machine: Platform = { os: 'linux', architecture: host.architecture };
  const wanted = platform ? parsePlatform(platform, machine) : undefined;
  const checked = checkHostConfig(body.HostConfig, {
    cgroups: cgroups.support,
    cpus: host.cpus,
    capabilities: proc.capabilities,
    ipv4Forwarding: host.ipv4Forwarding(),
    cgroupNamespaces: proc.hasNamespace('cgroup'),
    runtimes: new Set(context.runtimes.keys()),
  });
  const settings = context.settings();
  const { HostConfig: _, NetworkingConfig: __, ...own } = body;
  checkConfig(own);
  checkConflicts(body);
  const image = await context.images.resolve(body.Image, wanted);
  checkPlatform(wanted, image, body.Image);
  const hostConfig = await pinned(
    context,
    withDefaults(checked.hostConfig, settings, cgroups.support.version),
  );
  const log = mergeLogConfig(hostConfig.LogConfig, settings.log);
  checkLogConfig(log);
  const links = linksById(context, hostConfig);
  checkDonors(context, hostConfig);
  // The image's part is checked like the request's: it comes from outside, too.
  const config = checkConfig(mergeImage(own, image.config.config));
  return {
    image,
    config: { ...config, MacAddress: '' },
    hostConfig: { ...hostConfig, Links: links, LogConfig: { Type: log.Type, Config: { ...log.Config } } },
    log,
    wishes: wishesOf(context, hostConfig, config.Volumes),
    warnings: [
      ...checked.warnings,
      ...platformWarning(machine, wanted, image),
      ...publishWarnings(hostConfig.PortBindings, context.settings()),
    ],
  };
}

export async function create(context: Context, request: CreateRequest): Promise<ContainerCreateResponse> {
  context.cgroups.warm();
  const parts = await draft(context, request);
  const { image, hostConfig, log, wishes, warnings } = parts;
  const id = randomId();
  const undo = undoFor(context, id);
  try {
    const wanted = request.name === undefined || request.name === '' ? null : checkName(request.name);
    if (wanted !== null) context.registry.takeName(wanted, id);
    const name = wanted ?? context.registry.takeRandomName(id);
    undo.add(() => context.registry.releaseName(name, id));
    const hostname = hostConfig.NetworkMode === 'host' ? context.proc.hostname() : id.slice(0, 12);
    const config = { ...parts.config, Hostname: parts.config.Hostname || hostname };
    const endpoints = await endpointsOf(context, { ...request.body, HostConfig: hostConfig });
    undo.add(() => context.storage.remove(id));
    await context.storage.create(id, {
      parent: image.topLayer,
      ephemeral: hostConfig.AutoRemove,
      ...sizeLimit(hostConfig),
    });
    const mountPoints = await realMountPoints(context, id, wishes, undo);
    await copyUp(context, id, mountPoints);
    const record: ContainerRecord = {
      version: 1,
      id,
      name,
      created: timestamp(context),
      image: image.id,
      topLayer: image.topLayer,
      os: image.platform.os,
      driver: context.storage.name,
      argv: argvOf(config),
      config,
      hostConfig,
      mountPoints,
      endpoints,
      log: emptyLog(log, { id, folder: context.folders.folder(id) }),
      state: freshState(),
      restartCount: 0,
      manuallyStopped: false,
      started: false,
    };
    await context.records.put(id, record);
    const container = new LiveContainer(record);
    context.registry.add(container);
    context.images.used(image.id);
    undo.settle();
    announce(context, container, 'create');
    return { Id: id, Warnings: warnings };
  } catch (error) {
    await undo.run();
    throw error;
  }
}
