/** A layer's archive again, out of its split and its files. */
import { internal } from '../../errors/minke-error.ts';
import { closeFd, openTrusted, readAt } from '../safepath/calls.ts';
import { O_DIRECTORY, O_NONBLOCK, O_PATH, O_RDONLY } from '../safepath/flags.ts';
import { openBelow } from '../safepath/resolve.ts';
import type { LayerParts } from './contract.ts';
import { Output } from './output.ts';
import { readSplit } from './split.ts';

interface Moved {
  readonly path: string;
  readonly number: number;
  /** Records before this one meant the moved file. */
  readonly before: number;
}

/** Where files went that later entries replaced; empty for nearly every layer. */
function movedFiles(split: string): Moved[] {
  const moved: Moved[] = [];
  let position = 0;
  for (const record of readSplit(split)) {
    if (record.kind === 'kept') moved.push({ path: record.path, number: record.number, before: position });
    position++;
  }
  return moved;
}

/** Chunks of the archive. Throws `internal` where a file is missing or too short. */
export function* assemble(layer: LayerParts, hasKept: boolean, output = new Output()): Generator<Buffer> {
  const root = openTrusted(layer.root, O_PATH | O_DIRECTORY);
  const kept = hasKept ? openTrusted(layer.kept, O_PATH | O_DIRECTORY) : -1;
  const moved = hasKept ? movedFiles(layer.split) : [];
  let fd = -1;
  try {
    let position = 0;
    for (const record of readSplit(layer.split)) {
      if (record.kind === 'bytes') yield* output.write(record.bytes);
      else if (record.kind === 'content') {
        const { path } = record;
        const away = moved.find(
          (move) => move.before > position && (path === move.path || path.startsWith(`${move.path}/`)),
        );
        const flags = O_RDONLY | O_NONBLOCK;
        fd =
          away === undefined
            ? openBelow(root, path, flags, { links: 'none' })
            : openBelow(kept, `${away.number}${path.slice(away.path.length)}`, flags, { links: 'none' });
        for (let done = 0; done < record.length; ) {
          const space = output.space(record.length - done);
          const count = readAt(fd, space, record.offset + done);
          if (count === 0) throw internal(`layer is damaged: ${JSON.stringify(path)} is too short`);
          done += count;
          yield* output.advance(count);
        }
        closeFd(fd);
        fd = -1;
      }
      position++;
    }
    yield* output.rest();
  } finally {
    if (fd !== -1) closeFd(fd);
    if (kept !== -1) closeFd(kept);
    closeFd(root);
  }
}
