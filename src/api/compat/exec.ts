import type { ExecCreateBody, ExecStartBody } from '../../wire/containers/exec.ts';
import type { VersionRule } from './adapt.ts';

const consoleSize = 'the size of the console was not known to exec';

export const execCreateRules: readonly VersionRule<ExecCreateBody>[] = [
  { before: 42, why: consoleSize, apply: (body) => ({ ...body, ConsoleSize: null }) },
];

export const execStartRules: readonly VersionRule<ExecStartBody>[] = [
  { before: 42, why: consoleSize, apply: (body) => ({ ...body, ConsoleSize: null }) },
  {
    why: 'there is no console without a terminal',
    apply: (body) => (body.Tty ? body : { ...body, ConsoleSize: null }),
  },
];
