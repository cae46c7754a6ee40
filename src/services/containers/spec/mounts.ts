/** The mounts of a container: Docker's own, the user's, and the three files in /etc. */
import { internal } from '../../../errors/minke-error.ts';
import type { HoldingMount, MountGuard } from '../../../host/sources/contract.ts';
import type { Mount } from '../../../wire/oci-runtime.ts';
import { tmpfsOptions } from './tmpfs.ts';

/** A mount point of the container whose source is ready on the host. */
export type PreparedMount =
  | {
      readonly kind: 'bind';
      readonly source: string;
      readonly destination: string;
      readonly writable: boolean;
      /** `rprivate`, …; '' leaves it. */
      readonly propagation: string;
      readonly nonRecursive: boolean;
      /** Read-only for what is mounted below, too: not wanted, wanted where possible, or demanded. */
      readonly recursiveReadOnly: 'no' | 'possible' | 'demanded';
    }
  | { readonly kind: 'tmpfs'; readonly destination: string; readonly options: string };

export interface MountParts {
  readonly mounts: readonly PreparedMount[];
  /** Files of ours at /etc/resolv.conf, /etc/hostname, /etc/hosts: destination to source. */
  readonly etcFiles: Readonly<Record<string, string>>;
  /** Binary bound at /sbin/docker-init. */
  readonly initBinary: string | null;
  /** What /dev/shm is: one of its own of that size, none, or a folder that others share. */
  readonly shm:
    | { readonly kind: 'own'; readonly size: number }
    | { readonly kind: 'none' }
    | { readonly kind: 'shared'; readonly source: string };
  readonly readonlyRootfs: boolean;
  readonly privileged: boolean;
  readonly writableCgroups: boolean;
  /** The kernel (5.12) and the OCI runtime know `rro`. */
  readonly canRecurseReadOnly: boolean;
  /** The mount that holds a bind source. */
  readonly mountOf: (source: string) => HoldingMount;
  /** What the mount that holds a bind source forbids. */
  readonly guardsOf: (source: string) => readonly MountGuard[];
  /** Binds that hold the engine's own files spread as slaves by default, where their mount can. */
  readonly holdsEngineFiles: (source: string) => boolean;
}

const GUARDED = ['nosuid', 'noexec', 'nodev'];

const ownMounts = (parts: MountParts): Mount[] => [
  { destination: '/proc', type: 'proc', source: 'proc', options: [...GUARDED] },
  {
    destination: '/dev',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
  },
  {
    destination: '/dev/pts',
    type: 'devpts',
    source: 'devpts',
    options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
  },
  {
    destination: '/sys',
    type: 'sysfs',
    source: 'sysfs',
    options: [...GUARDED, ...(parts.privileged ? [] : ['ro'])],
  },
  {
    destination: '/sys/fs/cgroup',
    type: 'cgroup',
    source: 'cgroup',
    options: [...(parts.writableCgroups ? [] : ['ro']), ...GUARDED],
  },
  { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: [...GUARDED] },
  ...(parts.shm.kind === 'own'
    ? [
        {
          destination: '/dev/shm',
          type: 'tmpfs',
          source: 'shm',
          options: [...GUARDED, 'mode=1777', `size=${parts.shm.size}`],
        },
      ]
    : []),
];

const depth = (path: string): number => path.split('/').length;

/** How the container's root must spread so that a mount can spread as asked; undefined where it need not. */
function rootPropagation({
  mounts,
  mountOf,
  holdsEngineFiles,
}: Pick<MountParts, 'mounts' | 'mountOf' | 'holdsEngineFiles'>): string | undefined {
  let root: string | undefined;
  for (const mount of mounts) {
    if (mount.kind !== 'bind') continue;
    if (mount.propagation === 'shared' || mount.propagation === 'rshared') {
      const { point, propagation } = mountOf(mount.source);
      if (propagation !== 'shared')
        throw internal(`path ${mount.source} is mounted on ${point} but it is not a shared mount`);
      root = 'shared';
    } else if (mount.propagation === 'slave' || mount.propagation === 'rslave') {
      const { point, propagation } = mountOf(mount.source);
      if (propagation === 'private') {
        if (holdsEngineFiles(mount.source)) continue;
        throw internal(`path ${mount.source} is mounted on ${point} but it is not a shared or slave mount`);
      }
      if (root !== 'shared') root = 'rslave';
    }
  }
  return root;
}

/**
 * What the source's mount forbids stays forbidden. It is said again for each bind: crun remounts it with the flags that
 * are named, and those that aren't (read-only, too) would be lost.
 */
function bindMount(
  mount: PreparedMount & { kind: 'bind' },
  { canRecurseReadOnly: canRecurse, guardsOf }: Pick<MountParts, 'canRecurseReadOnly' | 'guardsOf'>,
): Mount {
  const guards = guardsOf(mount.source);
  const options = [mount.nonRecursive ? 'bind' : 'rbind'];
  if (mount.writable) options.push(...guards);
  else {
    if (mount.recursiveReadOnly === 'demanded' && !canRecurse) {
      throw internal(`mount ${mount.destination} can't be made recursively read-only on this host`);
    }
    options.push(mount.recursiveReadOnly !== 'no' && canRecurse ? 'rro' : 'ro');
    options.push(...guards.filter((guard) => guard !== 'ro'));
  }
  if (mount.propagation !== '') options.push(mount.propagation);
  return { destination: mount.destination, type: 'bind', source: mount.source, options };
}

/** Stay writable in a container with a read-only root. */
const stayWritable = new Set(['/proc', '/dev/pts', '/dev/shm', '/dev/mqueue', '/dev']);

/** @throws internal where a mount can't be made as asked */
export function containerMounts(parts: MountParts): { mounts: Mount[]; rootfsPropagation?: string } {
  const users = [...parts.mounts].sort((a, b) => depth(a.destination) - depth(b.destination));
  const taken = new Set(users.map(({ destination }) => destination));
  // A /dev of the user's own comes with all that is in it.
  const hidden = (path: string) => taken.has(path) || (taken.has('/dev') && path.startsWith('/dev/'));
  const own = ownMounts(parts).filter(({ destination }) => !hidden(destination));
  if (parts.readonlyRootfs) {
    for (const mount of own) {
      if (!stayWritable.has(mount.destination) && !mount.options?.includes('ro')) mount.options?.push('ro');
    }
  }
  const files = Object.entries(parts.etcFiles).filter(([destination]) => !taken.has(destination));
  const filesOptions = ['rbind', ...(parts.readonlyRootfs ? ['ro'] : []), 'rprivate'];
  const rootfsPropagation = rootPropagation(parts);
  return {
    mounts: [
      ...own,
      ...(parts.shm.kind === 'shared' && !hidden('/dev/shm')
        ? [
            {
              destination: '/dev/shm',
              type: 'bind',
              source: parts.shm.source,
              options: ['rbind', ...parts.guardsOf(parts.shm.source), 'rprivate'],
            },
          ]
        : []),
      ...users.map((mount): Mount => {
        if (mount.kind === 'bind') return bindMount(mount, parts);
        const options = tmpfsOptions(mount.options);
        return { destination: mount.destination, type: 'tmpfs', source: 'tmpfs', options };
      }),
      ...files.map(([destination, source]) => ({
        destination,
        type: 'bind',
        source,
        options: [...filesOptions],
      })),
      ...(parts.initBinary === null
        ? []
        : [
            {
              destination: '/sbin/docker-init',
              type: 'bind',
              source: parts.initBinary,
              options: ['bind', 'ro'],
            },
          ]),
    ],
    ...(rootfsPropagation === undefined ? {} : { rootfsPropagation }),
  };
}
