import type { Entry, Group, Leaf } from './tree.ts';
import { find, target } from './tree.ts';

export type Resolved =
  | { readonly kind: 'leaf'; readonly leaf: Leaf; readonly path: string; readonly rest: readonly string[] }
  | { readonly kind: 'group'; readonly group: Group; readonly path: string; readonly rest: readonly string[] }
  | { readonly kind: 'unknown'; readonly group: Group; readonly path: string; readonly word: string };

/** Walks down the tree as far as words name entries; `rest` are flags and arguments. */
export function resolve(root: Group, program: string, words: readonly string[]): Resolved {
  let group = root;
  let path = program;
  let at = 0;
  for (;;) {
    const word = words[at];
    if (word === undefined || word.startsWith('-'))
      return { kind: 'group', group, path, rest: words.slice(at) };
    const entry: Entry | undefined = find(group.entries, word);
    if (entry === undefined) return { kind: 'unknown', group, path, word };
    at++;
    path += ` ${word}`;
    if (entry.kind === 'group') {
      group = entry;
      continue;
    }
    const leaf = entry.kind === 'shortcut' ? target(root, entry) : entry;
    return { kind: 'leaf', leaf, path, rest: words.slice(at) };
  }
}
