/** Holds the imports of src/ against the table in layers.ts. */
import { posix } from 'node:path';
import { importsOf } from './imports.ts';
import { type Layer, layers } from './layers.ts';

/** The row that speaks of a file, by its path below src/. */
function layerOf(path: string, table: readonly Layer[]): Layer | undefined {
  return table
    .filter(({ folder }) => path.startsWith(`${folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}

/** The folder in which code knows itself: a driver kind is one house, as is each service. */
const house = (path: string): string => {
  const [top = '', next = ''] = path.split('/');
  return top === 'drivers' || top === 'services' ? `${top}/${next}` : top;
};

function fits(target: string, pattern: string): boolean {
  if (pattern.endsWith('/')) return target.startsWith(pattern);
  const words = pattern.split('/');
  const given = target.split('/');
  return words.length === given.length && words.every((word, i) => word === '*' || word === given[i]);
}

/** What a file (path below src/, source) imports against the table: a sentence each. */
export function violations(path: string, source: string, table: readonly Layer[] = layers): string[] {
  const layer = layerOf(path, table);
  if (layer === undefined) {
    return path.includes('/') ? [`src/${path}: no row in scripts/check/layers.ts speaks of this folder`] : [];
  }
  const found: string[] = [];
  for (const { from, typeOnly, line } of importsOf(source)) {
    const at = `src/${path}:${line}`;
    if (!from.startsWith('.')) {
      if (!typeOnly && layer.without?.includes(from))
        found.push(`${at}: ${layer.folder}/ does no I/O, so no ${from}`);
      continue;
    }
    const target = posix.normalize(posix.join(posix.dirname(path), from));
    // The version is data that stands outside.
    if (target === '../package.json') continue;
    if (target.startsWith('../')) {
      found.push(`${at}: ${from} leaves src/`);
      continue;
    }
    const allowed = typeOnly ? [...layer.may, ...(layer.mayTypes ?? [])] : layer.may;
    if (house(target) === house(path) || allowed.some((pattern) => fits(target, pattern))) continue;
    const types = layer.mayTypes?.some((pattern) => fits(target, pattern)) ? ' (as a type it may)' : '';
    found.push(`${at}: ${layer.folder}/ may not import ${target}${types}`);
  }
  return found;
}
