/** `--security-opt`. */
import { invalid } from '../../../errors/minke-error.ts';
import { parseBool } from '../../../kit/go/parse.ts';
import { parseProfile, type SeccompProfile } from '../spec/seccomp/profile.ts';

export interface SecurityOptions {
  readonly noNewPrivileges: boolean;
  /** Undefined: as for all containers that are not privileged. */
  readonly writableCgroups?: boolean;
  readonly seccomp: 'default' | 'unconfined' | SeccompProfile;
  /** '' is the host's default. */
  readonly apparmor: string;
}

/** @throws invalid */
export function parseSecurityOptions(
  options: readonly string[] | null,
  defaults: { noNewPrivileges: boolean },
): SecurityOptions {
  let found: SecurityOptions = {
    noNewPrivileges: defaults.noNewPrivileges,
    seccomp: 'default',
    apparmor: '',
  };
  for (const option of options ?? []) {
    if (option === 'no-new-privileges') found = { ...found, noNewPrivileges: true };
    else if (option === 'writable-cgroups') found = { ...found, writableCgroups: true };
    else if (option !== 'disable') found = { ...found, ...one(option) };
  }
  return found;
}

function one(option: string): Partial<SecurityOptions> {
  // Old clients wrote `key:value`.
  const [, key, value = ''] = /^([^=:]+)[=:](.*)$/s.exec(option) ?? [];
  const shown = JSON.stringify(option.slice(0, 256));
  if (key === undefined) throw invalid(`invalid --security-opt 1: ${shown}`);
  const flag = (): boolean => {
    try {
      return parseBool(value);
    } catch (error) {
      throw invalid(`invalid --security-opt 2: ${shown}`, error);
    }
  };
  switch (key) {
    case 'label':
      // SELinux alone has labels; Docker takes and drops them elsewhere, too.
      return {};
    case 'apparmor':
      return { apparmor: value };
    case 'seccomp':
      if (value === 'unconfined') return { seccomp: 'unconfined' };
      return { seccomp: value === 'builtin' || value === '' ? 'default' : parseProfile(value) };
    case 'no-new-privileges':
      return { noNewPrivileges: flag() };
    case 'writable-cgroups':
      return { writableCgroups: flag() };
    default:
      throw invalid(`invalid --security-opt 2: ${shown}`);
  }
}
