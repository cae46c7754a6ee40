import { invalid, type MinkeError } from '../../errors/minke-error.ts';
import type { ImageRunConfig } from '../../wire/oci-image.ts';
import { parseHealthcheck } from './healthcheck.ts';
import type { Instruction } from './lines.ts';
import { parsePorts } from './ports.ts';
import { checkSignal } from './signal.ts';
import { expand, type Lookup, splitWords } from './words.ts';

/** `seen`: names of the instructions before this one. */
type Apply = (config: ImageRunConfig, instruction: Instruction, seen: ReadonlySet<string>) => ImageRunConfig;

const atLeastOne = (name: string): MinkeError => invalid(`${name} requires at least one argument`);
const exactlyOne = (name: string): MinkeError => invalid(`${name} requires exactly one argument`);

const variables =
  (config: ImageRunConfig): Lookup =>
  (name) =>
    config.Env?.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);

/** Flags belong to HEALTHCHECK only. */
function withoutFlags(apply: Apply): Apply {
  return (config, instruction, seen) => {
    const [flag] = instruction.flags;
    if (flag !== undefined) throw invalid(`unknown flag: ${flag.split('=')[0]}`);
    return apply(config, instruction, seen);
  };
}

/** A JSON array of strings, or undefined for text that is none. */
function jsonList(rest: string, name: string): string[] | undefined {
  if (!rest.startsWith('[')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(rest);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  return value.map((item: unknown) => {
    if (typeof item !== 'string')
      throw invalid(`${name}: when using JSON array syntax, arrays must be comprised of strings only`);
    return item;
  });
}

const commandLine = (config: ImageRunConfig, { rest, name }: Instruction): string[] => {
  const list = jsonList(rest, name);
  if (list !== undefined) return list;
  return rest === '' ? [] : [...(config.Shell?.length ? config.Shell : ['/bin/sh', '-c']), rest];
};

/** `name=value …`, or the old `name value`. */
function pairs({ name, rest }: Instruction, lookup: Lookup): [string, string][] {
  const words = splitWords(rest);
  const [first] = words;
  if (first === undefined) throw atLeastOne(name);
  if (!first.includes('=')) {
    const old = /^(\S+)\s+(.*)$/s.exec(rest);
    if (old === null) throw invalid(`${name} must have two arguments`);
    return [[expand(old[1] ?? '', lookup), expand(old[2] ?? '', lookup)]];
  }
  return words.map((word) => {
    const equals = word.indexOf('=');
    if (equals < 0) {
      throw invalid(
        `Syntax error - can't find = in ${JSON.stringify(word)}. Must be of the form: name=value`,
      );
    }
    if (equals === 0) throw invalid(`${name} names can not be blank`);
    return [expand(word.slice(0, equals), lookup), expand(word.slice(equals + 1), lookup)];
  });
}

const single = (config: ImageRunConfig, { name, rest }: Instruction): string => {
  if (rest === '') throw exactlyOne(name);
  return expand(rest, variables(config));
};

/** Keys are the caller's words: no prototype may stand behind them. */
const added = <T>(map: Readonly<Record<string, T>> | null | undefined, entries: readonly [string, T][]) => {
  const copy: Record<string, T> = Object.assign(Object.create(null), map);
  for (const [key, value] of entries) copy[key] = value;
  return copy;
};

const env: Apply = (config, instruction) => {
  const list = [...(config.Env ?? [])];
  for (const [key, value] of pairs(instruction, variables(config))) {
    const at = list.findIndex((entry) => entry === key || entry.startsWith(`${key}=`));
    if (at < 0) list.push(`${key}=${value}`);
    else list[at] = `${key}=${value}`;
  }
  return { ...config, Env: list };
};

const label: Apply = (config, instruction) => ({
  ...config,
  Labels: added(config.Labels, pairs(instruction, variables(config))),
});

const volume: Apply = (config, instruction) => {
  const words = jsonList(instruction.rest, instruction.name) ?? instruction.rest.split(/\s+/).filter(Boolean);
  if (words.length === 0) throw atLeastOne('VOLUME');
  const paths = words.map((word) => expand(word.trim(), variables(config)));
  if (paths.includes('')) throw invalid('VOLUME specified can not be an empty string');
  return {
    ...config,
    Volumes: added(
      config.Volumes,
      paths.map((path) => [path, {}]),
    ),
  };
};

const expose: Apply = (config, { rest }) => {
  const words = rest.split(/\s+/).flatMap((word) => expand(word, variables(config)).split(/\s+/));
  const ports = words.filter(Boolean).flatMap(parsePorts);
  if (ports.length === 0) throw atLeastOne('EXPOSE');
  return {
    ...config,
    ExposedPorts: added(
      config.ExposedPorts,
      ports.map((port) => [port, {}]),
    ),
  };
};

/** Relative to the directory so far; always absolute, no `.` and `..` left. */
const workdir: Apply = (config, instruction) => {
  const path = single(config, instruction);
  const parts: string[] = [];
  for (const part of `${path.startsWith('/') ? '' : (config.WorkingDir ?? '')}/${path}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return { ...config, WorkingDir: `/${parts.join('/')}` };
};

const entrypoint: Apply = (config, instruction, seen) => {
  const { Cmd: cmd, ...rest } = config;
  // A command that was meant for another entrypoint goes, one that these changes set stays.
  const kept = seen.has('CMD') ? { ...rest, Cmd: cmd } : rest;
  return { ...kept, Entrypoint: commandLine(config, instruction) };
};

const user: Apply = (config, instruction) => {
  if (/\s/.test(instruction.rest)) throw exactlyOne('USER');
  return { ...config, User: single(config, instruction) };
};

const stopSignal: Apply = (config, instruction) => ({
  ...config,
  StopSignal: checkSignal(single(config, instruction)),
});

const onBuild: Apply = (config, { rest }) => {
  const trigger = /^\S+/.exec(rest)?.[0]?.toUpperCase();
  if (trigger === undefined) throw atLeastOne('ONBUILD');
  if (trigger === 'ONBUILD') throw invalid("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
  if (trigger === 'MAINTAINER' || trigger === 'FROM') {
    throw invalid(`${trigger} isn't allowed as an ONBUILD trigger`);
  }
  return { ...config, OnBuild: [...(config.OnBuild ?? []), rest] };
};

const shell: Apply = (config, { rest, name }) => {
  const list = jsonList(rest, name);
  if (list === undefined) throw invalid(`SHELL requires the arguments to be in JSON form`);
  if (list.length === 0) throw atLeastOne('SHELL');
  return { ...config, Shell: list };
};

const healthcheck: Apply = (config, instruction) => ({
  ...config,
  Healthcheck: parseHealthcheck(instruction, (rest) => jsonList(rest, 'HEALTHCHECK')),
});

export const instructions: ReadonlyMap<string, Apply> = new Map([
  ['CMD', withoutFlags((config, instruction) => ({ ...config, Cmd: commandLine(config, instruction) }))],
  ['ENTRYPOINT', withoutFlags(entrypoint)],
  ['ENV', withoutFlags(env)],
  ['EXPOSE', withoutFlags(expose)],
  ['HEALTHCHECK', healthcheck],
  ['LABEL', withoutFlags(label)],
  ['ONBUILD', withoutFlags(onBuild)],
  ['SHELL', withoutFlags(shell)],
  ['STOPSIGNAL', withoutFlags(stopSignal)],
  ['USER', withoutFlags(user)],
  ['VOLUME', withoutFlags(volume)],
  ['WORKDIR', withoutFlags(workdir)],
]);
