/** The process file of an exec: the container's own process, changed as asked. Pure. */
import type { Process } from '../../../wire/oci-runtime.ts';
import { capabilitySets } from '../spec/capabilities.ts';
import { containerEnvironment, overlayEnvironment, withHome } from '../spec/environment.ts';
import type { ResolvedUser } from '../spec/users.ts';
import type { Exec } from './table.ts';

export interface ExecParts {
  readonly exec: Pick<Exec, 'argv' | 'env' | 'tty' | 'workingDir' | 'privileged'>;
  /** Of the container's first process. */
  readonly base: Process;
  readonly hostname: string;
  readonly containerEnv: readonly string[] | null;
  readonly user: ResolvedUser;
  readonly consoleSize: readonly number[] | null;
  /** All that the engine holds. */
  readonly heldCapabilities: readonly string[];
}

export function execProcess(parts: ExecParts): Process {
  const { exec, base, user } = parts;
  const { consoleSize: _, terminal: __, ...rest } = base;
  const [height = 0, width = 0] = parts.consoleSize ?? [];
  const bounding = exec.privileged ? parts.heldCapabilities : (base.capabilities?.bounding ?? []);
  return {
    ...rest,
    ...(exec.tty ? { terminal: true } : {}),
    ...(exec.tty && height > 0 && width > 0 ? { consoleSize: { height, width } } : {}),
    user: { uid: user.uid, gid: user.gid, additionalGids: [...user.additionalGids] },
    args: [...exec.argv],
    env: withHome(
      overlayEnvironment(
        containerEnvironment({ hostname: parts.hostname, tty: exec.tty, env: parts.containerEnv }),
        exec.env,
      ),
      user.home,
    ),
    cwd: exec.workingDir === '' ? '/' : exec.workingDir,
    capabilities: capabilitySets(bounding, user.uid),
  };
}
