/** The command line of runc(8), which other runtimes follow. */

export interface ProgramCommand {
  readonly path: string;
  /** Arguments of the operator's own (`runtimeArgs`) and of the kind, before all others. */
  readonly args: readonly string[];
  /** `--root`: where the runtime keeps its state. */
  readonly root: string;
  /** `--log-format`; default `json`. */
  readonly logFormat?: 'json' | 'text';
}

/** Each stands for a path that only the keeper knows; see `TaskSpec.argv`. */
const PID_FILE = '$' + '{PID_FILE}';
const LOG_FILE = '$' + '{LOG_FILE}';
const CONSOLE_SOCKET = '$' + '{CONSOLE_SOCKET}';

const logged = ({ path, args, root, logFormat = 'json' }: ProgramCommand): string[] => [
  ...[path, ...args, '--root', root],
  ...['--log', LOG_FILE, '--log-format', logFormat],
];
const terminal = (tty: boolean): string[] => (tty ? ['--console-socket', CONSOLE_SOCKET] : []);

export const runArgv = (
  command: ProgramCommand,
  { id, bundle, tty }: { id: string; bundle: string; tty: boolean },
): string[] => [
  ...logged(command),
  'run',
  '--detach',
  '--pid-file',
  PID_FILE,
  '--bundle',
  bundle,
  ...terminal(tty),
  id,
];

export const execArgv = (
  command: ProgramCommand,
  { id, processFile, tty }: { id: string; processFile: string; tty: boolean },
): string[] => [
  ...logged(command),
  'exec',
  '--detach',
  '--pid-file',
  PID_FILE,
  '--process',
  processFile,
  ...terminal(tty),
  id,
];

/** One of the short verbs. */
export const verbArgv = ({ path, args, root }: ProgramCommand, ...verb: string[]): string[] => [
  path,
  ...args,
  '--root',
  root,
  ...verb,
];
