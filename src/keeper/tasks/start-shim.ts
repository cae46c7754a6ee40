import { findProgram } from '../../host/process/posix/find-program.ts';
import { sealedCopy } from '../../host/process/posix/sealed-copy.ts';
import { spawn } from '../../host/process/posix/spawn.ts';
import type { TaskSpec } from '../../wire/keeper.ts';
import type { TaskLayout } from '../layout.ts';

/** Starts the shim, and by it the OCI runtime; returns its pid. See native/shim.c for its arguments. */
export function startShim(shim: string, task: TaskSpec, paths: TaskLayout): number {
  const oom = task.oomScoreAdj === undefined ? '' : `o${task.oomScoreAdj}`;
  const { height = 0, width = 0 } = task.consoleSize ?? {};
  const [name = '', ...rest] = runtimeArgv(task.argv, paths);
  const program = findProgram(name, task.env.PATH);
  const sealed = task.sealed === true ? sealedCopy(program) : null;
  const flags = [
    task.openStdin && 'i',
    task.tty && 't',
    task.log.driver === 'none' && 'n',
    sealed !== null && 's',
    oom,
  ].filter(Boolean);
  const argv = [
    'minke-shim',
    '.',
    flags.join('') || '-',
    String(height),
    String(width),
    task.cwd,
    program,
    ...rest,
  ];
  // It stands in this very folder from its first instruction: should we be killed now, and our successor make another
  // folder in its place, a shim that is slow to begin finds its own gone, and nothing is started twice.
  const more = sealed === null ? [] : [sealed];
  return spawn({ path: shim, argv, env: task.env, cwd: paths.folder, stdio: [null, null, null, ...more] });
}

/** Puts the paths where their placeholders stand (`TaskSpec.argv`). */
export function runtimeArgv(argv: readonly string[], paths: TaskLayout): string[] {
  const places: Readonly<Record<string, string>> = {
    PID_FILE: paths.pid,
    CONSOLE_SOCKET: paths.console,
    LOG_FILE: paths.runtimeLog,
  };
  return argv.map((word) =>
    word.replaceAll(/\$\{([A-Z_]+)\}/g, (whole, name: string) => places[name] ?? whole),
  );
}
