/** Capabilities of a container: Docker's default set, `--cap-add`, `--cap-drop`, `--privileged`. */
import { invalid } from '../../../errors/minke-error.ts';
import type { Process } from '../../../wire/oci-runtime.ts';

/** What every container gets. */
export const defaultCapabilities: readonly string[] = [
  ...['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FSETID', 'CAP_FOWNER', 'CAP_MKNOD', 'CAP_NET_RAW', 'CAP_SETGID'],
  ...['CAP_SETUID', 'CAP_SETFCAP', 'CAP_SETPCAP', 'CAP_NET_BIND_SERVICE', 'CAP_SYS_CHROOT', 'CAP_KILL'],
  'CAP_AUDIT_WRITE',
];

/** All that the kernel knows (capability.h); a host may hold fewer. */
const known: ReadonlySet<string> = new Set([
  ...defaultCapabilities,
  ...['CAP_DAC_READ_SEARCH', 'CAP_LINUX_IMMUTABLE', 'CAP_NET_BROADCAST', 'CAP_NET_ADMIN', 'CAP_IPC_LOCK'],
  ...['CAP_IPC_OWNER', 'CAP_SYS_MODULE', 'CAP_SYS_RAWIO', 'CAP_SYS_PTRACE', 'CAP_SYS_PACCT', 'CAP_SYS_ADMIN'],
  ...['CAP_SYS_BOOT', 'CAP_SYS_NICE', 'CAP_SYS_RESOURCE', 'CAP_SYS_TIME', 'CAP_SYS_TTY_CONFIG', 'CAP_LEASE'],
  ...['CAP_AUDIT_CONTROL', 'CAP_MAC_OVERRIDE', 'CAP_MAC_ADMIN', 'CAP_SYSLOG', 'CAP_WAKE_ALARM'],
  ...['CAP_BLOCK_SUSPEND', 'CAP_AUDIT_READ', 'CAP_PERFMON', 'CAP_BPF', 'CAP_CHECKPOINT_RESTORE'],
]);

const ALL = 'ALL';

/** `net_admin` → `CAP_NET_ADMIN`; `all` → `ALL`. @throws invalid 'unknown capability: "CAP_X"' */
function normal(name: string): string {
  const upper = name.toUpperCase();
  if (upper === ALL) return ALL;
  const full = upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
  if (!known.has(full)) throw invalid(`unknown capability: ${JSON.stringify(full)}`);
  return full;
}

/** The lists of a request in normal form. @param field `CapAdd` or `CapDrop`, for the message */
export function normalCapabilities(names: readonly string[] | null, field: string): string[] {
  return (names ?? []).map((name) => {
    try {
      return normal(name);
    } catch (error) {
      throw invalid(`invalid ${field}: ${error instanceof Error ? error.message : error}`);
    }
  });
}

export interface CapabilityWish {
  readonly add: readonly string[] | null;
  readonly drop: readonly string[] | null;
  readonly privileged: boolean;
}

/**
 * The bounding set. "All" is what the engine itself holds.
 * @param held of the engine's own bounding set
 * @throws invalid where one is asked for by name that the engine does not hold
 */
export function boundingSet(wish: CapabilityWish, held: readonly string[]): string[] {
  const add = normalCapabilities(wish.add, 'CapAdd');
  const drop = new Set(normalCapabilities(wish.drop, 'CapDrop'));
  if (wish.privileged) return [...held];
  const lacking = add.find((name) => name !== ALL && !held.includes(name));
  if (lacking !== undefined) {
    throw invalid(`capability ${lacking} can't be given to a container: the engine itself does not hold it`);
  }
  if (add.includes(ALL)) return held.filter((name) => !drop.has(name));
  const base = drop.has(ALL)
    ? []
    : defaultCapabilities.filter((name) => held.includes(name) && !drop.has(name));
  return [...new Set([...base, ...add])];
}

/** The five sets of a process. Inheritable and ambient stay empty; another user than root starts with none. */
export const capabilitySets = (
  bounding: readonly string[],
  uid: number,
): NonNullable<Process['capabilities']> => {
  const effective = uid === 0 ? [...bounding] : [];
  return { bounding: [...bounding], effective, permitted: effective, inheritable: [], ambient: [] };
};
