import type { Command } from './command.ts';
import type { Flag, Flags } from './flags/kind.ts';
import { type Entry, type Group, type Leaf, spellings, summaryOf } from './tree.ts';
import { wrap } from './wrap.ts';

const nameColumn = (entries: readonly { readonly name: string }[]): number =>
  Math.max(11, ...entries.map((entry) => entry.name.length));

const visible = (entries: readonly Entry[]): Entry[] =>
  entries.filter((entry) => entry.kind === 'shortcut' || !entry.hidden);

const byName = (a: Entry, b: Entry): number => (a.name < b.name ? -1 : 1);

function listing(root: Group, title: string, entries: readonly Entry[], column: number): string {
  if (entries.length === 0) return '';
  const lines = entries.map((entry) => `  ${entry.name.padEnd(column)} ${summaryOf(root, entry)}`.trimEnd());
  return `\n${title}:\n${lines.join('\n')}\n`;
}

/** Plugins are named by where they lie: what they say of themselves only they know. */
const pluginListing = (plugins: readonly (readonly [string, string])[], column: number): string =>
  plugins.length === 0
    ? ''
    : `\nPlugins:\n${plugins.map(([name, path]) => `  ${`${name}*`.padEnd(column)} ${path}\n`).join('')}`;

/** Help of the program: commands by category, then the global flags. */
export function rootHelp(
  root: Group,
  program: string,
  flags: Flags,
  width: number,
  plugins: readonly (readonly [name: string, path: string])[] = [],
): string {
  const entries = visible(root.entries);
  const column = nameColumn(entries);
  const of = (category: string): Entry[] => entries.filter((entry) => entry.category === category);
  return (
    `Usage:  ${program} [OPTIONS] COMMAND\n\n${root.summary}\n` +
    listing(root, 'Common Commands', of('common'), column) +
    listing(root, 'Management Commands', of('management').sort(byName), column) +
    listing(root, 'Swarm Commands', of('swarm').sort(byName), column) +
    listing(root, 'Commands', of('other').sort(byName), column) +
    pluginListing(plugins, column) +
    `\nGlobal Options:\n${flagTable(flags, width)}` +
    `\nRun '${program} COMMAND --help' for more information on a command.\n`
  );
}

export function groupHelp(root: Group, group: Group, path: string): string {
  const entries = visible(group.entries).sort(byName);
  return (
    `Usage:  ${path} COMMAND\n\n${group.summary}\n` +
    listing(root, 'Commands', entries, nameColumn(entries)) +
    `\nRun '${path} COMMAND --help' for more information on a command.\n`
  );
}

export function commandHelp(
  root: Group,
  program: string,
  leaf: Leaf,
  command: Command,
  path: string,
  width: number,
): string {
  const names = spellings(root, leaf);
  const aliases =
    names.length > 1 ? `\nAliases:\n  ${names.map((name) => `${program} ${name}`).join(', ')}\n` : '';
  const flags = flagTable(command.flags, width);
  const examples = (command.examples ?? [])
    .map((line) => `  ${line.replace(/^minke\b/, program)}\n`)
    .join('');
  return (
    `Usage:  ${useLine(path, command)}\n\n${command.description ?? leaf.summary}\n${aliases}` +
    (examples === '' ? '' : `\nExamples:\n${examples}`) +
    (flags === '' ? '' : `\nOptions:\n${flags}`)
  );
}

/** Further lines of a usage name the program themselves. */
export const useLine = (path: string, command: Command): string =>
  `${path} ${command.usage.replaceAll('\tminke ', `\t${path.split(' ')[0]} `)}`.trimEnd();

/** Flags that help shows, by name. */
export const shownFlags = (flags: Flags): [string, Flag<unknown>][] =>
  Object.entries(flags)
    .filter(
      ([, flag]) => flag.hidden !== true && flag.aliasFor === undefined && flag.deprecated === undefined,
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));

/** The flags as pflag lays them out: short and long name, type, text with its default, wrapped to the width. */
export function flagTable(flags: Flags, width: number): string {
  const rows = shownFlags(flags).map(([name, flag]) => {
    const type = flag.kind.typeName;
    const head = `  ${flag.short === undefined ? '   ' : `-${flag.short},`} --${name}${type === '' ? '' : ` ${type}`}`;
    const shown = flag.kind.show?.(flag.default);
    return { head, text: shown === undefined ? flag.text : `${flag.text} (default ${shown})` };
  });
  const column = Math.max(0, ...rows.map((row) => row.head.length)) + 3;
  return rows.map((row) => `${row.head.padEnd(column)}${wrap(row.text, column, width)}\n`).join('');
}
