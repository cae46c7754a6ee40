import { conflict, internal } from '../../../errors/minke-error.ts';
import type { Processes } from '../../../host/process/contract.ts';
import type { ContainerTopResponse } from '../../../wire/generated/engine-api.ts';
import { pickProcesses, psWords } from './ps.ts';

export interface TopSource {
  /** As the client called it, for messages. */
  readonly id: string;
  readonly running: boolean;
  readonly restarting: boolean;
  /** Of all processes in the container's cgroup. */
  pids(): readonly number[];
}

/** @throws conflict where the container does not run, internal with ps's own words where ps fails */
export async function top(
  source: TopSource,
  args: string,
  processes: Processes,
): Promise<ContainerTopResponse> {
  if (!source.running) throw conflict(`container ${source.id} is not running`);
  if (source.restarting) {
    throw conflict(`Container ${source.id} is restarting, wait until the container is running`);
  }
  const words = psWords(args);
  const pids = source.pids();
  const run = (more: readonly string[]) => processes.run(['ps', ...words, ...more], { timeout: 10_000 });
  // `-q` asks for those processes alone, which is faster, but some formats of ps(1) refuse it.
  const quick = await run(['-q', pids.join(',')]);
  const { code, stdout, stderr } = quick.code === 0 ? quick : await run([]);
  // What ps prints below its first line is its usage.
  const [why = ''] = stderr.trim().split('\n');
  if (code !== 0) throw internal(`ps: ${why || `exit status ${code}`}`);
  return pickProcesses(stdout, new Set(pids));
}
