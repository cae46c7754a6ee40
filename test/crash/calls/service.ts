/** The echo that a container runs beside its program. */
import { join } from 'node:path';
import { buildProgram } from '../../../scripts/build-native.ts';
import { project } from '../../../scripts/check/sources.ts';

/** Port in the container, TCP and UDP. */
export const PORT = 80;
const INSIDE = '/echo';

/** It says who answers; the container's output is its counter's alone. */
export const serviceLine = (name: string): string =>
  `${INSIDE} ${name} ${PORT} </dev/null >/dev/null 2>&1 & `;

/** Path on the host; built where it is older than its source. */
export const echoProgram = (): string =>
  buildProgram(join(import.meta.dirname, 'echo.c'), join(project, '.cache/crash/echo'));

export const echoMount = (): object => ({
  Type: 'bind',
  Source: echoProgram(),
  Target: INSIDE,
  ReadOnly: true,
});
