import type { Command } from './command.ts';

export type Category = 'common' | 'management' | 'swarm' | 'other';

/** A command; what it does is loaded when it is called. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly category: Category;
  readonly hidden: boolean;
  readonly load: () => Promise<{ readonly command: Command }>;
}

export interface Group {
  readonly kind: 'group';
  readonly name: string;
  readonly summary: string;
  readonly category: Category;
  readonly hidden: boolean;
  readonly entries: readonly Entry[];
}

/** A name at the top for a command of a group: `ps` for `container ls`. */
export interface Shortcut {
  readonly kind: 'shortcut';
  readonly name: string;
  readonly target: readonly [string, string];
  readonly category: Category;
  /** Overrides the summary of the target. */
  readonly summary?: string;
}

export type Entry = Leaf | Group | Shortcut;

interface Extra {
  readonly aliases?: readonly string[];
  readonly category?: Category;
  readonly hidden?: boolean;
}

export const leaf = (name: string, summary: string, load: Leaf['load'], extra: Extra = {}): Leaf => ({
  kind: 'leaf',
  name,
  summary,
  load,
  aliases: extra.aliases ?? [],
  category: extra.category ?? 'other',
  hidden: extra.hidden ?? false,
});

export const group = (
  name: string,
  summary: string,
  entries: readonly Entry[],
  extra: Extra = {},
): Group => ({
  kind: 'group',
  name,
  summary,
  entries,
  category: extra.category ?? 'management',
  hidden: extra.hidden ?? false,
});

export const shortcut = (
  name: string,
  target: string,
  category: Category = 'other',
  summary?: string,
): Shortcut => {
  const [parent = '', child = ''] = target.split(' ');
  return {
    kind: 'shortcut',
    name,
    target: [parent, child],
    category,
    ...(summary === undefined ? {} : { summary }),
  };
};

/** The entry of that name or alias. */
export const find = (entries: readonly Entry[], name: string): Entry | undefined =>
  entries.find((entry) => entry.name === name || (entry.kind === 'leaf' && entry.aliases.includes(name)));

/** Follows a shortcut from the top. Throws where the tree itself is wrong. */
export function target(root: Group, entry: Shortcut): Leaf {
  const parent = find(root.entries, entry.target[0]);
  const found = parent?.kind === 'group' ? find(parent.entries, entry.target[1]) : undefined;
  if (found?.kind !== 'leaf') throw new Error(`shortcut ${entry.name} leads nowhere`);
  return found;
}

/** Every command that is shown, under its full name: `container ls`. */
export function everyCommand(root: Group): (readonly [path: string, leaf: Leaf])[] {
  const found: (readonly [path: string, leaf: Leaf])[] = [];
  for (const entry of root.entries) {
    if (entry.kind === 'leaf' && !entry.hidden) found.push([entry.name, entry]);
    if (entry.kind !== 'group') continue;
    for (const child of entry.entries)
      if (child.kind === 'leaf' && !child.hidden) found.push([`${entry.name} ${child.name}`, child]);
  }
  return found;
}

export const summaryOf = (root: Group, entry: Entry): string =>
  entry.kind === 'shortcut' ? (entry.summary ?? target(root, entry).summary) : entry.summary;

/** Every spelling of a command, as help lists them: those of its group first. */
export function spellings(root: Group, leafWanted: Leaf): string[] {
  const found: string[] = [];
  for (const entry of root.entries) {
    if (entry.kind !== 'group') continue;
    for (const child of entry.entries)
      if (child === leafWanted)
        found.push(...[child.name, ...child.aliases].map((name) => `${entry.name} ${name}`));
  }
  for (const entry of root.entries) {
    if (entry === leafWanted) found.push(leafWanted.name, ...leafWanted.aliases);
    if (entry.kind === 'shortcut' && target(root, entry) === leafWanted) found.push(entry.name);
  }
  return found;
}
