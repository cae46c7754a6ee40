/** Which OCI runtimes there are, which of them work on this host, and which is the default. */
import { join } from 'node:path';
import type { OciRuntime, RuntimeProbe } from '../../drivers/runtime/contract.ts';
import { crunRuntime } from '../../drivers/runtime/crun/crun.ts';
import { customRuntime } from '../../drivers/runtime/custom/custom.ts';
import { runcRuntime } from '../../drivers/runtime/runc/runc.ts';
import { invalid, unavailable } from '../../errors/minke-error.ts';
import type { Cgroups } from '../../host/cgroup/contract.ts';
import type { Mounts } from '../../host/mount/contract.ts';
import type { Proc } from '../../host/proc/contract.ts';
import type { Processes } from '../../host/process/contract.ts';
import type { Logger } from '../../kit/log/logger.ts';
import type { Settings } from '../settings/table.ts';

export interface FoundRuntimes {
  readonly runtimes: ReadonlyMap<string, OciRuntime>;
  readonly probes: ReadonlyMap<string, RuntimeProbe>;
  readonly defaultName: string;
  /** For `info`: what was chosen and why, if it is not the first choice. */
  readonly warnings: readonly string[];
}

/** The first choice comes first. */
const known = ['crun', 'runc'] as const;

/**
 * @param asked `--default-runtime`, or empty
 * @throws invalid where the one asked for does not exist, unavailable where none works
 */
export function chooseDefault(
  asked: string,
  probes: ReadonlyMap<string, Pick<RuntimeProbe, 'usable' | 'reason'>>,
): { name: string; warnings: string[] } {
  if (asked !== '') {
    const probe = probes.get(asked);
    if (probe === undefined) throw invalid(`specified default runtime '${asked}' does not exist`);
    if (!probe.usable)
      throw unavailable(
        `default runtime '${asked}' does not work here: ${probe.reason ?? 'no reason known'}`,
      );
    return { name: asked, warnings: [] };
  }
  const warnings: string[] = [];
  for (const name of known) {
    const probe = probes.get(name);
    if (probe?.usable) return { name, warnings };
    warnings.push(`OCI runtime ${name} is not used: ${probe?.reason ?? 'it is not installed'}`);
  }
  throw unavailable(`no OCI runtime works on this host; install crun or runc (${warnings.join('; ')})`);
}

export interface RuntimeParts {
  readonly processes: Processes;
  readonly cgroups: Cgroups;
  readonly proc: Proc;
  readonly mounts: Pick<Mounts, 'list' | 'unmount'>;
  readonly log: Logger;
}

export async function findRuntimes(settings: Settings, parts: RuntimeParts): Promise<FoundRuntimes> {
  const { processes, cgroups, proc, mounts, log } = parts;
  const cgroupParent = settings.cgroupParent || '/docker';
  const options = (name: string) => ({
    name,
    path: name,
    root: join(settings.execRoot, `runtime-${name}`),
    cgroupParent,
    processes,
    mounts,
  });
  const candidates = new Map<string, OciRuntime>([
    ['crun', crunRuntime({ ...options('crun'), cgroups, proc })],
    ['runc', runcRuntime({ ...options('runc'), cgroups, proc })],
  ]);
  for (const [name, { path, args }] of settings.addRuntime) {
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name))
      throw invalid(`invalid runtime name: ${JSON.stringify(name)}`);
    if (candidates.has(name)) throw invalid(`runtime name '${name}' is reserved`);
    candidates.set(name, customRuntime({ ...options(name), path, args }));
  }
  const probed = await Promise.all(
    [...candidates].map(async ([name, runtime]) => [name, await runtime.probe()] as const),
  );
  const probes = new Map(probed);
  const chosen = chooseDefault(settings.defaultRuntime, probes);
  for (const [name, { usable, version, reason, warnings }] of probes) {
    if (usable) log.info('OCI runtime found', { name, version, default: name === chosen.name });
    else log.debug('OCI runtime not usable', { name, reason: reason ?? '' });
    for (const warning of usable ? warnings : []) log.warn(warning, { runtime: name });
  }
  const usable = [...candidates].filter(([name]) => probes.get(name)?.usable);
  return {
    runtimes: new Map(usable),
    probes: new Map(probed.filter(([, probe]) => probe.usable)),
    defaultName: chosen.name,
    warnings: [...chosen.warnings, ...(probes.get(chosen.name)?.warnings ?? [])],
  };
}
