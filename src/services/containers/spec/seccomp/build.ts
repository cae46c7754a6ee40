/** From a profile with conditions to the filter that the OCI runtime installs (runtime-spec, config-linux.md, "Seccomp"). */
import type { Seccomp } from '../../../../wire/oci-runtime.ts';
import type { SeccompProfile, SeccompRule } from './profile.ts';

export interface SeccompTarget {
  /** As Go calls it: `amd64`, `arm64`, … */
  readonly architecture: string;
  /** `CAP_…` of the container's bounding set. */
  readonly capabilities: readonly string[];
  /** `6.18.2-…` */
  readonly kernel: string;
}

const nativeArchitectures: Readonly<Record<string, string>> = {
  amd64: 'SCMP_ARCH_X86_64',
  arm64: 'SCMP_ARCH_AARCH64',
  s390x: 'SCMP_ARCH_S390X',
  riscv64: 'SCMP_ARCH_RISCV64',
  loong64: 'SCMP_ARCH_LOONGARCH64',
};

/** Compares the first two parts of kernel versions. */
export function kernelAtLeast(kernel: string, least: string): boolean {
  const parts = (text: string) =>
    text
      .split(/[.-]/)
      .slice(0, 2)
      .map((part) => Number.parseInt(part, 10) || 0);
  const [major = 0, minor = 0] = parts(kernel);
  const [leastMajor = 0, leastMinor = 0] = parts(least);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** A rule counts where all that it includes is there, and nothing that it excludes. */
function counts(rule: SeccompRule, target: SeccompTarget): boolean {
  const { includes, excludes } = rule;
  const capabilities = new Set(target.capabilities);
  if (excludes?.arches?.includes(target.architecture)) return false;
  if (excludes?.caps?.some((cap) => capabilities.has(cap))) return false;
  if (excludes?.minKernel && kernelAtLeast(target.kernel, excludes.minKernel)) return false;
  if (includes?.arches?.length && !includes.arches.includes(target.architecture)) return false;
  if (includes?.caps?.some((cap) => !capabilities.has(cap))) return false;
  return !includes?.minKernel || kernelAtLeast(target.kernel, includes.minKernel);
}

type Syscalls = NonNullable<Seccomp['syscalls']>;

function syscallOf(rule: SeccompRule): Syscalls[number] {
  return {
    names: rule.name ? [rule.name] : (rule.names ?? []),
    action: rule.action,
    ...(rule.errnoRet == null ? {} : { errnoRet: rule.errnoRet }),
    ...(rule.args?.length
      ? {
          args: rule.args.map(({ index, value, valueTwo, op }) => ({
            index,
            value,
            ...(valueTwo == null ? {} : { valueTwo }),
            op,
          })),
        }
      : {}),
  };
}

export function buildSeccomp(profile: SeccompProfile, target: SeccompTarget): Seccomp {
  const native = nativeArchitectures[target.architecture];
  const mapped = profile.archMap?.find(({ architecture }) => architecture === native);
  const architectures = profile.architectures?.length
    ? [...profile.architectures]
    : mapped === undefined
      ? []
      : [mapped.architecture, ...(mapped.subArchitectures ?? [])];
  return {
    defaultAction: profile.defaultAction,
    ...(profile.defaultErrnoRet == null ? {} : { defaultErrnoRet: profile.defaultErrnoRet }),
    ...(architectures.length === 0 ? {} : { architectures }),
    ...(profile.flags?.length ? { flags: [...profile.flags] } : {}),
    syscalls: (profile.syscalls ?? []).filter((rule) => counts(rule, target)).map(syscallOf),
  };
}
