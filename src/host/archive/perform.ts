/** The work of an archive thread, order by order. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { internal, unavailable } from '../../errors/minke-error.ts';
import type { Compressor } from '../../kit/compression/compressor.ts';
import { TarParser } from '../../kit/tar/parser.ts';
import { deflate } from '../isal/deflate.ts';
import { isal } from '../isal/isal.ts';
import { closeFd, openTrusted } from '../safepath/calls.ts';
import { statFd } from '../safepath/file-stat.ts';
import { O_DIRECTORY, O_PATH, S_IFDIR } from '../safepath/flags.ts';
import { changedSize, overlayChanges, treeChanges } from '../tree/changes.ts';
import { copyTree } from '../tree/copy.ts';
import { removeTree } from '../tree/remove.ts';
import { usageOf } from '../tree/usage.ts';
import { assemble } from './assemble.ts';
import { composeTree } from './compose.ts';
import type { LayerParts, PackOptions } from './contract.ts';
import { Extractor } from './extractor.ts';
import { gzip } from './gzip.ts';
import { LayerExtractor } from './layer-extractor.ts';
import { changesFilter, overlayFilter } from './layer-pack.ts';
import { Output } from './output.ts';
import type { CallOrder, Calls, InputOrder, Inputs, OutputOrder } from './protocol.ts';
import { openExtractionTarget, openPackTarget, type PackTarget, statTarget, withRoot } from './target.ts';
import { Packer, packDirectory, packItem } from './walk-pack.ts';

export function call(order: CallOrder): Calls[keyof Calls]['give'] {
  switch (order.name) {
    case 'stat':
      return withRoot(order.take.root, (root) => statTarget(root, order.take.path, order.take.options));
    case 'compose':
      return composeTree(order.take.root, order.take.mounts, order.take.writable);
    case 'overlayChanges':
      return overlayChanges(order.take.upper, order.take.lowers);
    case 'treeChanges':
      return treeChanges(order.take.old, order.take.tree);
    case 'changedSize':
      return changedSize(order.take.old, order.take.tree);
    case 'usage':
      return usageOf(order.take);
    case 'remove':
      removeTree(order.take);
      return undefined;
    case 'copy':
      copyTree(order.take.from, order.take.to);
      return undefined;
  }
}

/** Takes chunks of an archive. */
export interface InputJob {
  write(chunk: Buffer): void;
  finish(): Inputs[keyof Inputs]['give'];
  /** Always called, last. */
  close(): void;
}

export function input(order: InputOrder): InputJob {
  if (order.name === 'extractLayer') return new LayerExtractor(order.take);
  const { root, path, options } = order.take;
  const target = withRoot(root, (fd) => openExtractionTarget(fd, path));
  const extractor = new Extractor(target, options);
  const parser = new TarParser(extractor);
  return {
    write: (chunk) => parser.write(chunk),
    finish: () => {
      parser.end();
      extractor.finish();
      return undefined;
    },
    close: () => {
      extractor.close();
      closeFd(target);
    },
  };
}

function* pack(root: string, options: PackOptions): Generator<Buffer> {
  const { path = '/', name } = options;
  const top = openTrusted(root, O_PATH | O_DIRECTORY);
  let target: PackTarget | null = null;
  try {
    target = openPackTarget(top, path);
    const { start, parent, base } = target;
    // A file, link or device is read through its directory: the descriptor alone can't be opened again for content.
    if (statFd(start).type !== S_IFDIR) yield* packItem(parent, base, name ?? base);
    else if (name === undefined) yield* packDirectory(start);
    // Docker's clients expect the names of a whole root to begin with one slash.
    else yield* packItem(start, '.', name === '/' ? '' : name);
  } finally {
    for (const fd of [top, target?.start ?? -1, target?.parent ?? -1]) if (fd !== -1) closeFd(fd);
  }
}

function* packOverlay(upper: string): Generator<Buffer> {
  const dir = openTrusted(upper, O_PATH | O_DIRECTORY);
  try {
    yield* packDirectory(dir, overlayFilter);
  } finally {
    closeFd(dir);
  }
}

function* packChanges(old: string, tree: string): Generator<Buffer> {
  const filter = changesFilter(treeChanges(old, tree));
  const dir = openTrusted(tree, O_PATH | O_DIRECTORY);
  try {
    const packer = new Packer(filter);
    yield* packer.headers(filter.root);
    yield* packer.directory(dir, null);
    yield* packer.end();
  } finally {
    closeFd(dir);
  }
}

const layerTar = (layer: LayerParts, output?: Output): Generator<Buffer> =>
  assemble(layer, existsSync(layer.kept), output);

function layerGzip(layer: LayerParts, digest: string, by: Compressor): Generator<Buffer> {
  const output = new Output();
  const chunks = verified(layerTar(layer, output), digest);
  const done = (chunk: Buffer): void => output.reuse(chunk);
  return by === 'zlib' ? gzip(chunks, done) : isalGzip(chunks, done);
}

function* isalGzip(plain: Iterable<Buffer>, done: (chunk: Buffer) => void): Generator<Buffer> {
  const library = isal();
  if (library === null) throw unavailable('this host has no ISA-L to compress by');
  const output = new Output();
  for (const piece of deflate(library, seen(plain, done))) yield* output.write(piece);
  yield* output.rest();
}

/** Tells of each chunk once the next is asked for. */
function* seen(chunks: Iterable<Buffer>, done: (chunk: Buffer) => void): Generator<Buffer> {
  for (const chunk of chunks) {
    yield chunk;
    done(chunk);
  }
}

/** The same chunks; fails at their end where their digest is another one. */
function* verified(chunks: Iterable<Buffer>, digest: string): Generator<Buffer> {
  const hash = createHash('sha256');
  for (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
  const actual = `sha256:${hash.digest('hex')}`;
  if (actual !== digest) throw internal(`layer ${digest} is damaged: its files make ${actual}`);
}

export function output(order: OutputOrder): Generator<Buffer> {
  switch (order.name) {
    case 'pack':
      return pack(order.take.root, order.take.options);
    case 'assembleLayer':
      return layerTar(order.take);
    case 'compressLayer':
      return layerGzip(order.take.layer, order.take.digest, order.take.by);
    case 'packOverlay':
      return packOverlay(order.take);
    case 'packChanges':
      return packChanges(order.take.old, order.take.tree);
  }
}
