import type { Processes } from '../contract.ts';
import { run } from './run.ts';
import { start } from './start.ts';

/** Real programs by posix_spawn(3); our main loop stands still for some 0.2 ms a start. */
export const posixProcesses: Processes = { run, start };
