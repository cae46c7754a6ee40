/** Finds files that import each other, however long the way round: neither can be read, or changed, without the other. */
import { posix } from 'node:path';
import type { Source } from './duplicates.ts';
import { importsOf } from './imports.ts';

/**
 * Files that can't be told apart by who imports whom, a line a circle. Types count; what is loaded when it is called
 * for does not.
 */
export function circles(sources: readonly Source[]): string[] {
  const known = new Set(sources.map(({ path }) => path));
  const imports = new Map(
    sources.map(({ path, text }) => {
      const targets = importsOf(text)
        .filter(({ from, lazy }) => from.startsWith('.') && !lazy)
        .map(({ from }) => posix.join(posix.dirname(path), from));
      return [path, targets.filter((target) => known.has(target))] as const;
    }),
  );
  return stronglyConnected(imports)
    .filter((group) => group.length > 1)
    .map((group) => group.sort().join(' ↔ '))
    .sort();
}

/** Tarjan, Depth-first search and linear graph algorithms (1972). */
function stronglyConnected(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const groups: string[][] = [];
  const visit = (node: string): number => {
    const own = order.size;
    order.set(node, own);
    open.push(node);
    let low = own;
    for (const next of edges.get(node) ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (open.includes(next)) low = Math.min(low, lowest.get(next) ?? order.get(next) ?? low);
    }
    lowest.set(node, low);
    if (low === own) groups.push(open.splice(open.indexOf(node)));
    return low;
  };
  for (const node of edges.keys()) if (!order.has(node)) visit(node);
  return groups;
}
