import { bind } from '../ffi/libc.ts';

const prctl = bind<[number, string], number>('int prctl(int option, const char *value)');
const PR_SET_NAME = 15;

/**
 * Names this process for `ps` and `top` (prctl(2), 15 bytes). Unlike `process.title` it leaves the command line, which
 * tells one of ours from another's.
 */
export function setProcessName(name: string): void {
  prctl(PR_SET_NAME, name);
}
