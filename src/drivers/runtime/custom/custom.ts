import { CommandRuntime, type CommandRuntimeOptions } from '../command-line/command-runtime.ts';
import type { OciRuntime } from '../contract.ts';

/** A runtime that the operator named (`runtimes` of daemon.json): nothing is assumed of it but runc's command line. */
export const customRuntime = (options: CommandRuntimeOptions): OciRuntime => new CommandRuntime(options);
