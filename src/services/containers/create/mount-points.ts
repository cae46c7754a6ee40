/** `-v`, `--mount`, `--volumes-from` as mount points; pure but for the look at bind sources. */
import { posix } from 'node:path';
import { invalid, messageOf } from '../../../errors/minke-error.ts';
import type { BindSources } from '../../../host/sources/contract.ts';
import type { HostConfigBody, MountBody } from '../../../wire/containers/host-config.ts';
import type { MountPoint } from '../record/record.ts';
import { tmpfsOptions, tmpfsText } from '../spec/tmpfs.ts';
import { checkDestination, isLocalPath } from './destinations.ts';
import { isPropagation, parseMountMode } from './mount-mode.ts';

/** A mount point whose volume or image is still to be found. */
export interface MountWish {
  readonly point: MountPoint;
  readonly volume?: { readonly driverOpts: Record<string, string>; readonly labels: Record<string, string> };
}

/** A mount point that says nothing yet. */
export const blankPoint: MountPoint = {
  type: 'bind',
  name: '',
  source: '',
  destination: '',
  driver: '',
  mode: '',
  rw: true,
  propagation: '',
  subpath: '',
  copyUp: false,
  createSource: false,
  nonRecursive: false,
  recursiveReadOnly: 'possible',
  options: '',
};

/** The source is the engine's root, above it or below it. */
export const holdsEngineFiles = (source: string, dataRoot: string): boolean =>
  source === '/' ||
  source === dataRoot ||
  dataRoot.startsWith(`${source}/`) ||
  source.startsWith(`${dataRoot}/`);

/** How a bind spreads by default: one that holds the engine's own mounts must not keep them alive. */
const defaultPropagation = (source: string, dataRoot: string): string =>
  holdsEngineFiles(source, dataRoot) ? 'rslave' : 'rprivate';

/** `[source:]destination[:mode]`. @throws invalid */
export function parseBind(raw: string, volumeDriver: string, dataRoot: string): MountWish {
  const bad = (reason = '') =>
    invalid(`invalid volume specification: '${raw}'${reason === '' ? '' : `: ${reason}`}`);
  const misplaced = (type: string, field: string) =>
    bad(`invalid mount config for type "${type}": field ${field} must not be specified`);
  const parts = raw.split(':');
  const [first = '', second, third] = parts;
  if (first === '' || parts.length > 3 || (parts.length === 2 && parseMountMode(second ?? '') !== undefined))
    throw bad();
  const [source, target, words] = second === undefined ? ['', first, ''] : [first, second, third ?? ''];
  const mode = parseMountMode(words);
  if (mode === undefined) throw invalid(`invalid mode: ${words}`);
  let destination: string;
  try {
    destination = checkDestination(target);
  } catch (error) {
    const type = source.startsWith('/') ? 'bind' : 'volume';
    throw bad(`invalid mount config for type "${type}": ${messageOf(error)}`);
  }
  const common = { ...blankPoint, destination, mode: words, rw: mode.writable };
  if (!source.startsWith('/')) {
    if (mode.propagation !== '') throw misplaced('volume', 'BindOptions');
    const point: MountPoint = {
      ...common,
      type: 'volume',
      name: source,
      driver: volumeDriver,
      copyUp: !mode.noCopy,
      mode: words === '' && source !== '' ? 'z' : words,
    };
    return { point, volume: { driverOpts: {}, labels: {} } };
  }
  if (mode.noCopy) throw misplaced('bind', 'VolumeOptions');
  const path = plain(source);
  return {
    point: {
      ...common,
      type: 'bind',
      source: path,
      propagation: propagationOf(mode.propagation, path, dataRoot),
      createSource: true,
    },
  };
}

/** @throws invalid for a spread that would keep the engine's own mounts alive in the container */
function propagationOf(asked: string, source: string, dataRoot: string): string {
  if (asked !== '' && asked !== 'rslave' && asked !== 'rshared' && holdsEngineFiles(source, dataRoot)) {
    throw invalid(
      `invalid mount config: must use either propagation mode "rslave" or "rshared" when mount source is within the daemon root, daemon root: ${JSON.stringify(dataRoot)}, bind mount source: ${JSON.stringify(source)}, propagation: ${JSON.stringify(asked)}`,
    );
  }
  return asked || defaultPropagation(source, dataRoot);
}

const plain = (path: string): string => posix.normalize(path).replace(/(.)\/$/, '$1');

const optionFields = {
  bind: 'BindOptions',
  volume: 'VolumeOptions',
  image: 'ImageOptions',
  tmpfs: 'TmpfsOptions',
  cluster: 'ClusterOptions',
} as const;

function checkExclusive(mount: MountBody): void {
  for (const [type, field] of Object.entries(optionFields)) {
    if (mount.Type !== type && mount[field] != null) throw invalid(`field ${field} must not be specified`);
  }
}

function bindPoint(mount: MountBody, common: MountPoint, sources: BindSources, dataRoot: string): MountPoint {
  const { Source: source, BindOptions: options, ReadOnly: readOnly } = mount;
  if (source === '') throw invalid('field Source must not be empty');
  const propagation = options?.Propagation ?? '';
  if (propagation !== '' && !isPropagation(propagation))
    throw invalid(`invalid propagation mode: ${propagation}`);
  if (!source.startsWith('/')) throw invalid(`invalid mount path: '${source}' mount path must be absolute`);
  const path = plain(source);
  const createSource = options?.CreateMountpoint ?? false;
  if (!createSource && sources.kind(path) === null)
    throw invalid(`bind source path does not exist: ${source}`);
  const {
    NonRecursive = false,
    ReadOnlyNonRecursive = false,
    ReadOnlyForceRecursive = false,
  } = options ?? {};
  if (!readOnly && ReadOnlyNonRecursive)
    throw invalid('mount options conflict: !ReadOnly && BindOptions.ReadOnlyNonRecursive');
  if (!readOnly && ReadOnlyForceRecursive)
    throw invalid('mount options conflict: !ReadOnly && BindOptions.ReadOnlyForceRecursive');
  if (ReadOnlyNonRecursive && ReadOnlyForceRecursive) {
    throw invalid('mount options conflict: ReadOnlyNonRecursive && BindOptions.ReadOnlyForceRecursive');
  }
  return {
    ...common,
    source: path,
    propagation: propagationOf(propagation, path, dataRoot),
    createSource,
    nonRecursive: NonRecursive,
    recursiveReadOnly: ReadOnlyForceRecursive ? 'demanded' : ReadOnlyNonRecursive ? 'no' : 'possible',
  };
}

function subpathOf(path: string | undefined): string {
  if (path !== undefined && path !== '' && !isLocalPath(path)) {
    throw invalid('subpath must be a relative path within the volume');
  }
  return path ?? '';
}

function mountPoint(mount: MountBody, sources: BindSources, dataRoot: string): MountWish {
  checkExclusive(mount);
  if (mount.Target === '') throw invalid('field Target must not be empty');
  const common = { ...blankPoint, destination: checkDestination(mount.Target), rw: !mount.ReadOnly };
  switch (mount.Type) {
    case 'bind':
      return { point: bindPoint(mount, { ...common, type: 'bind' }, sources, dataRoot) };
    case 'volume': {
      const options = mount.VolumeOptions;
      if (mount.Source === '' && options?.Subpath)
        throw invalid('must not set Subpath when using anonymous volumes');
      const point: MountPoint = {
        ...common,
        type: 'volume',
        name: mount.Source,
        driver: options?.DriverConfig?.Name ?? '',
        mode: 'z',
        copyUp: !(options?.NoCopy ?? false),
        subpath: subpathOf(options?.Subpath),
      };
      return {
        point,
        volume: { driverOpts: { ...options?.DriverConfig?.Options }, labels: { ...options?.Labels } },
      };
    }
    case 'tmpfs': {
      if (mount.Source !== '') throw invalid('field Source must not be specified');
      const options = tmpfsText(mount.TmpfsOptions, mount.ReadOnly);
      tmpfsOptions(options);
      return { point: { ...common, type: 'tmpfs', options } };
    }
    case 'image':
      if (mount.Source === '') throw invalid('field Source must not be empty');
      return {
        point: {
          ...common,
          type: 'image',
          name: mount.Source,
          rw: false,
          propagation: 'rprivate',
          subpath: subpathOf(mount.ImageOptions?.Subpath),
        },
      };
    case 'cluster':
      throw invalid('cluster volumes need a swarm with CSI plugins, which this engine does not have');
    default:
      throw invalid('mount type unknown');
  }
}

/** @throws invalid 'invalid mount config for type "…": …' */
export function parseMount(mount: MountBody, sources: BindSources, dataRoot: string): MountWish {
  try {
    return mountPoint(mount, sources, dataRoot);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason.startsWith('invalid mount config: ')) throw error;
    throw invalid(`invalid mount config for type ${JSON.stringify(mount.Type)}: ${reason}`);
  }
}

/** `container[:mode]`. @throws invalid */
export function parseVolumesFrom(spec: string): { container: string; writable: boolean } {
  if (spec === '') throw invalid('volumes-from specification cannot be an empty string');
  const at = spec.indexOf(':');
  const words = at < 0 ? '' : spec.slice(at + 1);
  const mode = parseMountMode(words);
  if (mode === undefined || mode.propagation !== '' || mode.noCopy) throw invalid(`invalid mode: ${words}`);
  return { container: at < 0 ? spec : spec.slice(0, at), writable: mode.writable };
}

/** Mount points of other containers; a copy for this one. */
export const borrowed = (points: readonly MountPoint[], writable: boolean): MountWish[] =>
  points.map((point) => ({
    point: { ...point, mode: '', rw: point.rw && writable, copyUp: false, createSource: false },
    ...(point.type === 'volume' ? { volume: { driverOpts: {}, labels: {} } } : {}),
  }));

/**
 * All that a request asks for, the later ones in the place of earlier ones: `--volumes-from`, `-v`, `--mount`.
 * @throws invalid "Duplicate mount point: …"
 */
export function mountWishes(
  hostConfig: HostConfigBody,
  others: readonly MountWish[],
  host: { sources: BindSources; dataRoot: string },
): MountWish[] {
  const byPath = new Map(others.map((wish) => [wish.point.destination, wish]));
  const own = new Set<string>();
  const put = (wish: MountWish): void => {
    const { destination } = wish.point;
    const tmpfs = Object.keys(hostConfig.Tmpfs ?? {}).some((path) => plain(path) === destination);
    if (own.has(destination) || tmpfs) throw invalid(`Duplicate mount point: ${destination}`);
    own.add(destination);
    byPath.set(destination, wish);
  };
  for (const raw of hostConfig.Binds ?? []) put(parseBind(raw, hostConfig.VolumeDriver, host.dataRoot));
  for (const mount of hostConfig.Mounts ?? []) put(parseMount(mount, host.sources, host.dataRoot));
  return [...byPath.values()];
}

/** An anonymous volume that the image wants. */
export const imageVolume = (destination: string, driver: string): MountWish => ({
  point: { ...blankPoint, type: 'volume', destination, driver, copyUp: true },
  volume: { driverOpts: {}, labels: {} },
});
