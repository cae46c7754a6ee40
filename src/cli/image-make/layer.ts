import { readTar, type TarEntry } from '../../kit/tar/read-tar.ts';
import type { TarWriteEntry } from '../../kit/tar/write-tar.ts';
import { plainName, stays } from './slim.ts';

/** A file, link or folder that goes on top of what the packages bring. */
export interface Addition {
  readonly path: string;
  readonly mode?: number;
  readonly content?: string;
  readonly linkTo?: string;
}

function entryOf({ path, mode, content, linkTo }: Addition, seconds: number): TarWriteEntry {
  const mtime = { seconds, nanoseconds: 0 };
  if (linkTo !== undefined) {
    return { header: { name: path, type: 'symlink', mode: 0o777, linkname: linkTo, mtime } };
  }
  const body = Buffer.from(content ?? '');
  return { header: { name: path, type: 'file', mode: mode ?? 0o644, size: body.length, mtime }, body };
}

function kept({ header, body }: TarEntry, epoch: number): TarWriteEntry | undefined {
  const { type, mtime } = header;
  if (type === 'other' || header.sparse !== null) return undefined;
  return {
    header: {
      ...header,
      name: plainName(header.name),
      // A hard link names its target as the entry does; what a symlink says is its own affair.
      linkname: type === 'link' ? plainName(header.linkname) : header.linkname,
      type,
      // Names of owners are this machine's; numbers are the image's.
      uname: '',
      gname: '',
      mtime: { seconds: Math.min(mtime.seconds, epoch), nanoseconds: 0 },
    },
    body,
  };
}

/** A layer out of a root filesystem's tar: slim, no time after `epoch`, the additions at the end. */
export async function* layerEntries(
  tar: AsyncIterable<Buffer>,
  options: { readonly epoch: number; readonly additions: readonly Addition[] },
): AsyncGenerator<TarWriteEntry, void> {
  const replaced = new Set(options.additions.map(({ path }) => path));
  for await (const entry of readTar(tar)) {
    if (!stays(entry.header) || replaced.has(plainName(entry.header.name))) continue;
    const written = kept(entry, options.epoch);
    if (written !== undefined) yield written;
  }
  for (const addition of options.additions) yield entryOf(addition, options.epoch);
}
