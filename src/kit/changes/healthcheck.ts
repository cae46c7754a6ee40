import { invalid } from '../../errors/minke-error.ts';
import type { Healthcheck } from '../../wire/oci-image.ts';
import { parseGoDuration } from '../time/go-duration.ts';
import type { Instruction } from './lines.ts';

const durations = {
  interval: 'Interval',
  timeout: 'Timeout',
  'start-period': 'StartPeriod',
  'start-interval': 'StartInterval',
} as const;

const isDuration = (name: string): name is keyof typeof durations => Object.hasOwn(durations, name);

function duration(name: string, text: string): number {
  const nanoseconds = text === '' ? 0n : parseGoDuration(text);
  if (nanoseconds === undefined) throw invalid(`time: invalid duration ${JSON.stringify(text)}`);
  if (nanoseconds !== 0n && nanoseconds < 1_000_000n) {
    throw invalid(`Interval ${JSON.stringify(name)} cannot be less than 1ms`);
  }
  return Number(nanoseconds);
}

function retries(text: string): number {
  if (!/^[+-]?\d{1,9}$/.test(text)) throw invalid(`invalid --retries: ${JSON.stringify(text)}`);
  if (Number(text) < 0) throw invalid(`--retries cannot be negative (${Number(text)})`);
  return Number(text);
}

function settings(flags: readonly string[]): Healthcheck {
  const found: Healthcheck = {};
  for (const flag of flags) {
    const [, name = '', value = ''] = /^--([^=]*)=?(.*)$/.exec(flag) ?? [];
    if (isDuration(name)) {
      const nanoseconds = duration(name, value);
      if (nanoseconds > 0) found[durations[name]] = nanoseconds;
    } else if (name === 'retries') {
      found.Retries = retries(value);
    } else {
      throw invalid(`unknown flag: --${name}`);
    }
  }
  return found;
}

/** HEALTHCHECK of a Dockerfile. */
export function parseHealthcheck(
  { flags, rest }: Instruction,
  jsonList: (rest: string) => string[] | undefined,
): Healthcheck {
  const [, type = '', command = ''] = /^(\S+)\s*(.*)$/s.exec(rest) ?? [];
  if (type === '') throw invalid('HEALTHCHECK requires at least one argument');
  if (type.toUpperCase() === 'NONE') {
    if (command !== '') throw invalid('HEALTHCHECK NONE takes no arguments');
    return { Test: ['NONE'] };
  }
  if (type.toUpperCase() !== 'CMD') {
    throw invalid(`Unknown type ${JSON.stringify(type.toUpperCase())} in HEALTHCHECK (try CMD)`);
  }
  const list = jsonList(command);
  const test = list === undefined ? (command === '' ? [] : ['CMD-SHELL', command]) : ['CMD', ...list];
  if (test.length < (list === undefined ? 1 : 2)) throw invalid('Missing command after HEALTHCHECK CMD');
  return { Test: test, ...settings(flags) };
}
