import { bool } from './basic-kinds.ts';
import type { Flag, Flags } from './kind.ts';

/** A mistake in the arguments; the reason as pflag words it. */
export class FlagError extends Error {}

/** Thrown when help is asked for. */
export class HelpWanted extends Error {}

export interface Parsed {
  readonly values: Readonly<Record<string, unknown>>;
  /** Names given on the command line, aliases counted as what they stand for. */
  readonly changed: ReadonlySet<string>;
  readonly args: readonly string[];
  /** What deprecated flags have to say. */
  readonly warnings: readonly string[];
}

export interface ParseOptions {
  /** False: the first argument that is no flag ends the flags (`run`, `exec`). */
  readonly interspersed: boolean;
}

/**
 * Reads flags the way pflag does: `--name value`, `--name=value`, `-n value`, `-nvalue`, `-n=value`, joined booleans
 * `-it`, `--` as the end. Throws `FlagError`, or `HelpWanted` for `--help`.
 */
export function parseFlags(argv: readonly string[], flags: Flags, options: ParseOptions): Parsed {
  const reader = new Reader(argv, flags);
  const args: string[] = [];
  for (let word = reader.next(); word !== undefined; word = reader.next()) {
    if (word === '--') {
      args.push(...reader.rest());
      break;
    }
    if (word.length < 2 || !word.startsWith('-')) {
      args.push(word);
      if (!options.interspersed) {
        args.push(...reader.rest());
        break;
      }
    } else if (word.startsWith('--')) reader.long(word);
    else reader.shorts(word);
  }
  return { values: reader.values, changed: reader.changed, args, warnings: reader.warnings };
}

class Reader {
  readonly values: Record<string, unknown> = {};
  readonly changed = new Set<string>();
  readonly warnings: string[] = [];
  readonly #argv: readonly string[];
  readonly #flags: Flags;
  readonly #shorts = new Map<string, string>();
  #at = 0;

  constructor(argv: readonly string[], flags: Flags) {
    this.#argv = argv;
    this.#flags = flags;
    for (const [name, flag] of Object.entries(flags)) {
      if (flag.aliasFor === undefined) this.values[name] = flag.default;
      if (flag.short !== undefined) this.#shorts.set(flag.short, name);
    }
  }

  next(): string | undefined {
    return this.#argv[this.#at++];
  }

  rest(): readonly string[] {
    const rest = this.#argv.slice(this.#at);
    this.#at = this.#argv.length;
    return rest;
  }

  long(word: string): void {
    const body = word.slice(2);
    const equals = body.indexOf('=');
    const name = equals < 0 ? body : body.slice(0, equals);
    if (name === '' || name.startsWith('-') || equals === 0) throw new FlagError(`bad flag syntax: ${word}`);
    const flag = Object.hasOwn(this.#flags, name) ? this.#flags[name] : undefined;
    // Listed by some commands, and the same for all.
    if (name === 'help') {
      this.#help(equals < 0 ? 'true' : body.slice(equals + 1));
      return;
    }
    if (flag === undefined) {
      throw new FlagError(`unknown flag: --${name}`);
    }
    let value = equals < 0 ? flag.kind.bare : body.slice(equals + 1);
    if (value === undefined) {
      value = this.next();
      if (value === undefined) throw new FlagError(`flag needs an argument: --${name}`);
    }
    this.#set(name, flag, value);
  }

  #help(raw: string): void {
    let wanted: boolean;
    try {
      wanted = bool.parse(raw, false, true);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new FlagError(`invalid argument ${JSON.stringify(raw)} for "--help" flag: ${reason}`);
    }
    if (wanted) throw new HelpWanted();
  }

  shorts(word: string): void {
    let rest = word.slice(1);
    while (rest !== '') {
      const letter = rest[0] ?? '';
      const name = this.#shorts.get(letter);
      const flag = name === undefined ? undefined : this.#flags[name];
      if (name === undefined || flag === undefined) {
        if (letter === 'h') throw new HelpWanted();
        throw new FlagError(`unknown shorthand flag: '${letter}' in -${rest}`);
      }
      let value: string | undefined;
      const tail = rest.slice(1);
      if (tail.startsWith('=')) {
        value = tail.slice(1);
        rest = '';
      } else if (flag.kind.bare !== undefined) {
        value = flag.kind.bare;
        rest = tail;
      } else if (tail !== '') {
        value = tail;
        rest = '';
      } else {
        value = this.next();
        if (value === undefined) throw new FlagError(`flag needs an argument: '${letter}' in -${rest}`);
        rest = '';
      }
      this.#set(name, flag, value);
    }
  }

  #set(name: string, flag: Flag<unknown>, raw: string): void {
    const target = flag.aliasFor ?? name;
    try {
      this.values[target] = flag.kind.parse(raw, this.values[target], !this.changed.has(target));
    } catch (error) {
      const shown = flag.short === undefined ? `--${name}` : `-${flag.short}, --${name}`;
      const reason = error instanceof Error ? error.message : String(error);
      throw new FlagError(`invalid argument ${JSON.stringify(raw)} for "${shown}" flag: ${reason}`);
    }
    this.changed.add(target);
    if (flag.deprecated !== undefined)
      this.warnings.push(`Flag --${name} has been deprecated, ${flag.deprecated}`);
  }
}
