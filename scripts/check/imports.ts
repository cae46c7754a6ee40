/** The imports that a TypeScript source states, read without a compiler. */

export interface Import {
  /** As written: `node:fs`, `valibot`, `../kit/x.ts`. */
  readonly from: string;
  /** `import type` or `export type`: gone at run time. */
  readonly typeOnly: boolean;
  /** Line in the file, from 1. */
  readonly line: number;
  /** `import(…)`: loaded when it is called for. */
  readonly lazy?: true;
}

// A statement starts its line; what stands between `import` and `from` has no quote and no semicolon.
const STATEMENT =
  /^[ \t]*(?:import|export)[ \t]+(type[ \t{*]|)(?:[^'";]*?[ \t\n}]from[ \t\n]+)?'([^'\n]+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^'\n]+)'/g;

const lineAt = (source: string, index: number): number => source.slice(0, index).split('\n').length;

export function importsOf(source: string): Import[] {
  const found: Import[] = [];
  for (const match of source.matchAll(STATEMENT)) {
    const [, type = '', from = ''] = match;
    found.push({ from, typeOnly: type !== '', line: lineAt(source, match.index) });
  }
  for (const match of source.matchAll(DYNAMIC)) {
    found.push({ from: match[1] ?? '', typeOnly: false, line: lineAt(source, match.index), lazy: true });
  }
  return found;
}
