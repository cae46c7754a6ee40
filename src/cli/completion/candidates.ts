import type { Cli } from '../cli.ts';
import type { Command } from '../command.ts';
import type { CompletionSource, Flag, Flags } from '../flags/kind.ts';
import { globalFlags } from '../globals.ts';
import { pluginNames } from '../plugins/find.ts';
import { resolve } from '../resolve.ts';
import { type Entry, type Group, summaryOf } from '../tree.ts';
import type { Candidates } from './contract.ts';
import { namesOf } from './names.ts';

const none: Candidates = { words: [], files: 'none' };

interface Place {
  /** Flags that may stand here. */
  readonly flags: Flags;
  /** The flag whose value is being written. */
  readonly pending: Flag<unknown> | undefined;
  /** Arguments before the word. */
  readonly count: number;
  readonly flagsEnded: boolean;
}

/** Walks over the words before the one that is written, as the flag parser would. */
function placeOf(
  words: readonly string[],
  flags: Flags,
  interspersed: boolean,
): Place & { readonly at: number } {
  let count = 0;
  let pending: Flag<unknown> | undefined;
  let flagsEnded = false;
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] ?? '';
    if (pending !== undefined) pending = undefined;
    else if (!flagsEnded && word === '--') flagsEnded = true;
    else if (!flagsEnded && word.startsWith('-') && word.length > 1) pending = takesNext(word, flags);
    else {
      count++;
      if (!interspersed) {
        flagsEnded = true;
        if (flags === globalFlags) break;
      }
    }
  }
  return { flags, pending, count, flagsEnded, at };
}

/** The flag that a word names, where its value is the next word. */
function takesNext(word: string, flags: Flags): Flag<unknown> | undefined {
  if (word.startsWith('--')) {
    const named = word.includes('=') ? undefined : flags[word.slice(2)];
    const flag = named?.aliasFor === undefined ? named : flags[named.aliasFor];
    return flag?.kind.bare === undefined ? flag : undefined;
  }
  for (const [index, letter] of [...word.slice(1)].entries()) {
    const flag = Object.values(flags).find((candidate) => candidate.short === letter);
    if (flag === undefined) return undefined;
    if (flag.kind.bare === undefined) return index === word.length - 2 ? flag : undefined;
  }
  return undefined;
}

const flagWords = (flags: Flags): [string, string][] =>
  Object.entries(flags)
    .filter(([, flag]) => flag.hidden !== true && flag.deprecated === undefined)
    .map(([name, flag]) => [`--${name}`, firstLine(flag.text)]);

const firstLine = (text: string): string => text.split('\n')[0] ?? '';

const entryWords = (root: Group, entries: readonly Entry[]): [string, string][] =>
  entries
    .filter((entry) => entry.kind === 'shortcut' || !entry.hidden)
    .map((entry) => [entry.name, summaryOf(root, entry)]);

async function fromSource(
  cli: Cli,
  source: readonly string[] | CompletionSource | undefined,
): Promise<Candidates> {
  if (source === undefined) return none;
  if (typeof source !== 'string') return { words: source.map((word) => [word, '']), files: 'none' };
  if (source === 'files' || source === 'directories') return { words: [], files: source };
  return { words: await namesOf(cli, source), files: 'none' };
}

/** What may stand in place of the last of `words`, which are all after the program's name. */
export async function candidates(cli: Cli, root: Group, words: readonly string[]): Promise<Candidates> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const top = placeOf(before, globalFlags, false);
  if (top.count === 0) {
    if (top.pending !== undefined) {
      const found = await fromSource(cli, top.pending.complete);
      return matching(found.words, current, found.files);
    }
    if (current.startsWith('-')) return matching(flagWords(globalFlags), current);
    const plugins = pluginNames(cli).map(([name]) => [name, 'A plugin'] as const);
    return matching([...entryWords(root, root.entries), ...plugins], current);
  }
  const resolved = resolve(root, cli.program, before.slice(top.at));
  if (resolved.kind === 'unknown' && resolved.group === root) {
    const { pluginCandidates } = await import('../plugins/complete.ts');
    return pluginCandidates(cli, words.slice(top.at)).catch(() => none);
  }
  if (resolved.kind === 'unknown') return none;
  if (resolved.kind === 'group') return matching(entryWords(root, resolved.group.entries), current);
  const { command } = await resolved.leaf.load();
  return forCommand(cli, command, resolved.rest, current);
}

async function forCommand(
  cli: Cli,
  command: Command,
  rest: readonly string[],
  current: string,
): Promise<Candidates> {
  const place = placeOf(rest, command.flags, command.interspersed ?? true);
  const withEquals = /^(--[^=]+)=(.*)$/.exec(current);
  if (!place.flagsEnded && withEquals !== null) {
    const found = await fromSource(cli, command.flags[withEquals[1]?.slice(2) ?? '']?.complete);
    const words = found.words.map(([word, text]) => [`${withEquals[1]}=${word}`, text] as const);
    return matching(words, current, found.files);
  }
  if (place.pending !== undefined) {
    const found = await fromSource(cli, place.pending.complete);
    return matching(found.words, current, found.files);
  }
  if (current.startsWith('-') && !place.flagsEnded) return matching(flagWords(command.flags), current);
  if (command.arity.max !== undefined && place.count >= command.arity.max) return none;
  const sources = command.completeArgs ?? [];
  const found = await fromSource(cli, sources[Math.min(place.count, sources.length - 1)]);
  return matching(found.words, current, found.files);
}

const matching = (
  words: Candidates['words'],
  current: string,
  files: Candidates['files'] = 'none',
): Candidates => ({
  words: words.filter(([word]) => word.startsWith(current)),
  files,
});
