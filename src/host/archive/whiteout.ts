/** Whiteouts of layers (OCI image-spec, layer.md, "Whiteouts") and what a root directory makes of them. */
import { invalid } from '../../errors/minke-error.ts';
import { closeFd, openAt } from '../safepath/calls.ts';
import { tryStatAt } from '../safepath/file-stat.ts';
import { O_DIRECTORY, O_RDONLY, S_IFDIR } from '../safepath/flags.ts';
import { namesAt } from '../safepath/read-directory.ts';
import { makeOpaque, makeWhiteout } from '../tree/overlay-marks.ts';
import { removeAt } from '../tree/remove.ts';
import type { ExtractOptions } from './contract.ts';

export const whiteoutPrefix = '.wh.';
/** AUFS's own files; the opaque mark is the only one that means something elsewhere. */
const metaPrefix = '.wh..wh.';
export const opaqueMark = '.wh..wh..opq';

export type Whiteout =
  | { readonly kind: 'none' }
  | { readonly kind: 'ignored' }
  /** The entry's directory hides all that lies below it. */
  | { readonly kind: 'opaque' }
  | { readonly kind: 'gone'; readonly name: string };

const none: Whiteout = { kind: 'none' };

/** What the entry with this path says. Throws `invalid` for a whiteout of nothing or of a directory itself. */
export function readWhiteout(parts: readonly string[], form: ExtractOptions['whiteouts']): Whiteout {
  if (form === 'literal') return none;
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? '';
    if (!part.startsWith(whiteoutPrefix)) continue;
    const last = at === parts.length - 1;
    if (last && part === opaqueMark) return { kind: 'opaque' };
    if (part.startsWith(metaPrefix)) return { kind: 'ignored' };
    const name = part.slice(whiteoutPrefix.length);
    if (!last || name === '' || name === '.' || name === '..')
      throw invalid(`invalid whiteout ${JSON.stringify(parts.join('/'))}`);
    return { kind: 'gone', name };
  }
  return none;
}

export interface WhiteoutForm {
  opaque(dir: number, path: string): void;
  remove(dir: number, name: string, path: string): void;
  /** The archive made this path: whiteouts in the same archive do not mean it. */
  made(path: string): void;
  /** False for what the root held before the archive came. */
  isMade(path: string): boolean;
}

function markOpaque(dir: number, name: string): void {
  const fd = openAt(dir, name, O_RDONLY | O_DIRECTORY);
  try {
    makeOpaque({ fd });
  } finally {
    closeFd(fd);
  }
}

/** The root is one layer of an overlay: whiteouts become overlayfs's own. */
const overlay = (): WhiteoutForm => ({
  opaque: (dir) => markOpaque(dir, '.'),
  remove: (dir, name) => {
    // What is there was made by this very layer: only what lies below is meant.
    const stat = tryStatAt(dir, name);
    if (stat === null) makeWhiteout(dir, name);
    else if (stat.type === S_IFDIR) markOpaque(dir, name);
  },
  made: () => {},
  isMade: () => true,
});

/** The root holds the layers below already: whiteouts remove. */
const apply = (): WhiteoutForm => {
  const made = new Set<string>();
  /** Removes all but what the archive made. */
  const clear = (dir: number, path: string): void => {
    for (const name of namesAt(dir)) remove(dir, name, path === '' ? name : `${path}/${name}`);
  };
  const remove = (dir: number, name: string, path: string): void => {
    if (!made.has(path)) {
      removeAt(dir, name);
      return;
    }
    if (tryStatAt(dir, name)?.type !== S_IFDIR) return;
    const fd = openAt(dir, name, O_RDONLY | O_DIRECTORY);
    try {
      clear(fd, path);
    } finally {
      closeFd(fd);
    }
  };
  return {
    opaque: clear,
    remove,
    made: (path) => {
      // With its parents: a directory that something was made in stays.
      for (let at = path; at !== '' && !made.has(at); at = at.slice(0, Math.max(0, at.lastIndexOf('/'))))
        made.add(at);
    },
    isMade: (path) => made.has(path),
  };
};

const literal = (): WhiteoutForm => ({
  opaque: () => {},
  remove: () => {},
  made: () => {},
  isMade: () => true,
});

export const whiteoutForms: Record<ExtractOptions['whiteouts'], () => WhiteoutForm> = {
  overlay,
  apply,
  literal,
};
