import type { OciRuntime } from '../../../drivers/runtime/contract.ts';
import type { Context } from '../context.ts';
import type { ContainerRecord } from '../record/record.ts';

/** The soft limit of open files that a container asks for. */
function openFiles({ Ulimits }: ContainerRecord['hostConfig']): number {
  const found = (Ulimits ?? []).find(({ Name }) => Name === 'nofile');
  return found === undefined || found.Soft < 0 ? Number.POSITIVE_INFINITY : found.Soft;
}

/**
 * The runtime that a container runs with: the one of its HostConfig. Where that needs more open files to set the
 * container up than the container may have, it is another one that does with fewer; undefined where there is none. The
 * answer is made of the record alone, so that it is the same after a restart of the daemon.
 */
export function runtimeOf(
  { runtimes }: Pick<Context, 'runtimes'>,
  { hostConfig }: Pick<ContainerRecord, 'hostConfig'>,
): OciRuntime | undefined {
  const asked = runtimes.get(hostConfig.Runtime);
  const files = openFiles(hostConfig);
  if (asked === undefined || asked.openFiles <= files) return asked;
  return [...runtimes.values()].find((runtime) => runtime.openFiles <= files) ?? asked;
}
