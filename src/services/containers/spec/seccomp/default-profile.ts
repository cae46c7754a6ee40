/**
 * The profile that containers get by default: Docker's, compared with it rule by rule in the test. Everything that is
 * not named fails with EPERM.
 */
import { everyday } from './calls.ts';
import type { SeccompProfile, SeccompRule } from './profile.ts';

const EPERM = 1;
const ENOSYS = 38;
/** CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET} (clone(2)): a clone with any of these makes a namespace. */
const NAMESPACE_FLAGS = 0x7e020000;

const bare = { name: null, errnoRet: null, args: null, includes: null, excludes: null } as const;
const allow = (names: readonly string[], more: Partial<SeccompRule> = {}): SeccompRule => ({
  ...bare,
  names: [...names],
  action: 'SCMP_ACT_ALLOW',
  ...more,
});
const onArches = (...arches: string[]) => ({ includes: { arches, caps: null, minKernel: null } });
const withCapability = (cap: string) => ({ includes: { arches: null, caps: [cap], minKernel: null } });
const argument = (index: number, op: string, value: number, valueTwo: number | null = null) => ({
  args: [{ index, value, valueTwo, op }],
});

/** Families that no container needs and that have been a way into the kernel: AF_ALG (38), AF_VSOCK (40). */
const sockets = [
  allow(['socket'], argument(0, 'SCMP_CMP_LT', 38)),
  allow(['socket'], argument(0, 'SCMP_CMP_EQ', 39)),
  allow(['socket'], argument(0, 'SCMP_CMP_GT', 40)),
];

/** PER_LINUX, PER_LINUX32, both with UNAME26, and "tell me which" (personality(2)). */
const personalities = [0x0, 0x8, 0x20000, 0x20008, 0xffffffff].map((persona) =>
  allow(['personality'], argument(0, 'SCMP_CMP_EQ', persona)),
);

const byArchitecture: readonly [string[], string[]][] = [
  [['ppc64le'], ['sync_file_range2', 'swapcontext']],
  [
    ['arm', 'arm64'],
    ['arm_fadvise64_64', 'arm_sync_file_range', 'sync_file_range2', 'breakpoint', 'cacheflush', 'set_tls'],
  ],
  [['amd64', 'x32'], ['arch_prctl']],
  [['amd64', 'x32', 'x86'], ['modify_ldt']],
  [
    ['s390', 's390x'],
    ['s390_pci_mmio_read', 's390_pci_mmio_write', 's390_runtime_instr'],
  ],
  [['riscv64'], ['riscv_flush_icache']],
];

const byCapability: Readonly<Record<string, readonly string[]>> = {
  CAP_DAC_READ_SEARCH: ['open_by_handle_at'],
  CAP_SYS_ADMIN: [
    ...['mount', 'umount', 'umount2', 'mount_setattr', 'move_mount', 'open_tree', 'fsopen', 'fsconfig'],
    ...['fsmount', 'fspick', 'quotactl', 'quotactl_fd', 'fanotify_init', 'lookup_dcookie'],
    ...['clone', 'clone3', 'unshare', 'setns', 'sethostname', 'setdomainname'],
    ...['bpf', 'perf_event_open', 'syslog', 'lsm_get_self_attr', 'lsm_list_modules', 'lsm_set_self_attr'],
  ],
  CAP_SYS_BOOT: ['reboot'],
  CAP_SYS_CHROOT: ['chroot'],
  CAP_SYS_MODULE: ['delete_module', 'init_module', 'finit_module'],
  CAP_SYS_PACCT: ['acct'],
  CAP_SYS_PTRACE: [
    'kcmp',
    'pidfd_getfd',
    'process_madvise',
    'process_vm_readv',
    'process_vm_writev',
    'ptrace',
  ],
  CAP_SYS_RAWIO: ['iopl', 'ioperm'],
  CAP_SYS_TIME: ['settimeofday', 'stime', 'clock_settime', 'clock_settime64'],
  CAP_SYS_TTY_CONFIG: ['vhangup'],
  CAP_SYS_NICE: ['get_mempolicy', 'mbind', 'set_mempolicy', 'set_mempolicy_home_node'],
  CAP_SYSLOG: ['syslog'],
  CAP_BPF: ['bpf'],
  CAP_PERFMON: ['perf_event_open'],
};

const unprivileged = { arches: null, caps: ['CAP_SYS_ADMIN'], minKernel: null };
/** Without CAP_SYS_ADMIN: new processes, but no new namespaces. s390 swaps the first two arguments of clone. */
const clones: readonly SeccompRule[] = [
  allow(['clone'], {
    ...argument(0, 'SCMP_CMP_MASKED_EQ', NAMESPACE_FLAGS, 0),
    excludes: { ...unprivileged, arches: ['s390', 's390x'] },
  }),
  allow(['clone'], {
    ...argument(1, 'SCMP_CMP_MASKED_EQ', NAMESPACE_FLAGS, 0),
    ...onArches('s390', 's390x'),
    excludes: unprivileged,
  }),
  // clone3 hides its flags behind a pointer; ENOSYS makes C libraries fall back to clone.
  { ...bare, names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS, excludes: unprivileged },
];

const family = (architecture: string, ...subArchitectures: string[]) => ({
  architecture: `SCMP_ARCH_${architecture}`,
  subArchitectures: subArchitectures.map((name) => `SCMP_ARCH_${name}`),
});

export const defaultProfile: SeccompProfile = {
  defaultAction: 'SCMP_ACT_ERRNO',
  defaultErrnoRet: EPERM,
  architectures: null,
  flags: null,
  listenerPath: null,
  archMap: [
    family('X86_64', 'X86', 'X32'),
    family('AARCH64', 'ARM'),
    family('MIPS64', 'MIPS', 'MIPS64N32'),
    family('MIPS64N32', 'MIPS', 'MIPS64'),
    family('MIPSEL64', 'MIPSEL', 'MIPSEL64N32'),
    family('MIPSEL64N32', 'MIPSEL', 'MIPSEL64'),
    family('S390X', 'S390'),
    family('RISCV64'),
    family('LOONGARCH64'),
  ],
  syscalls: [
    allow(everyday),
    // Since 4.8 ptrace can't be used to step around a filter.
    allow(['process_vm_readv', 'process_vm_writev', 'ptrace'], {
      includes: { arches: null, caps: null, minKernel: '4.8' },
    }),
    ...sockets,
    ...personalities,
    ...byArchitecture.map(([arches, names]) => allow(names, onArches(...arches))),
    ...Object.entries(byCapability).map(([cap, names]) => allow(names, withCapability(cap))),
    ...clones,
  ],
};
