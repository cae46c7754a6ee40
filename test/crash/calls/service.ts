/** The echo that a container runs beside its program. */
import { join } from 'node:path';
import { buildProgram } from '../../../scripts/build-native.ts';
import { project } from '../../../scripts/check/sources.ts';

/** Built once a process, where it is older than its source. */
let program: string | undefined;

/** Port in the container, TCP and UDP. */
const PORT = 80;
const INSIDE = '/echo';

/** It says who answers; the container's output is its counter's alone. */
export const serviceLine = (name: string): string =>
  `${INSIDE} ${name} ${PORT} </dev/null >/dev/null 2>&1 & `;

export function echoMount(): object {
  program ??= buildProgram(join(import.meta.dirname, 'echo.c'), join(project, '.cache/crash/echo'));
  return { Type: 'bind', Source: program, Target: INSIDE, ReadOnly: true };
}
