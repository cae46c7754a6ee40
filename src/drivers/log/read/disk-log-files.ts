import { closeSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCode } from '../../../errors/minke-error.ts';
import type { FileLogSpec, LogFiles, LogQuery, LogReading } from '../contract.ts';
import { jsonFileReadFormat } from '../json-file/read-format.ts';
import { localReadFormat } from '../local/read-format.ts';
import { Changes } from './changes.ts';
import { Emitter } from './emitter.ts';
import { Entries } from './entries.ts';
import type { ReadFormat } from './entry-reader.ts';
import { follow } from './follow.ts';
import { chunksOf, closeParts, openChain, type Part } from './parts.ts';
import { findTail } from './tail.ts';

const formats: Readonly<Record<FileLogSpec['driver'], ReadFormat>> = {
  'json-file': jsonFileReadFormat,
  local: localReadFormat,
};

/** Logs on disk. Reads in portions of about a millisecond's work, so that many readers share the main loop. */
export class DiskLogFiles implements LogFiles {
  async *read(log: FileLogSpec, query: LogQuery, reading: LogReading): AsyncGenerator<Buffer> {
    const changes = query.follow ? new Changes(log.path) : undefined;
    const wake = () => changes?.wake();
    const { signal, stopped } = reading;
    const signals = [signal, stopped].filter((each) => each !== undefined);
    for (const each of signals) each.addEventListener('abort', wake, { once: true });
    try {
      yield* readChain(log, query, reading, changes);
    } finally {
      for (const each of signals) each.removeEventListener('abort', wake);
      changes?.close();
    }
  }

  async size(path: string): Promise<number> {
    const sizes = (await chainFiles(path)).map(
      async (file) => (await stat(file).catch(() => undefined))?.size ?? 0,
    );
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  }

  async remove(path: string): Promise<void> {
    await Promise.all((await chainFiles(path)).map((file) => rm(file, { force: true })));
  }
}

async function* readChain(
  log: FileLogSpec,
  query: LogQuery,
  { tty, signal, stopped }: LogReading,
  changes: Changes | undefined,
): AsyncGenerator<Buffer> {
  const format = formats[log.driver];
  const emitter = new Emitter(query, tty);
  const entries = new Entries(format.reader());
  const parts = openChain(log.path, log.maxFiles);
  // Until it is handed to `follow`, which closes it.
  let kept: readonly Part[] = parts;
  try {
    const start = await startOf(parts, query, format);
    let skip = start.skip;
    for (const [index, part] of parts.entries()) {
      if (index < start.part) continue;
      entries.reset();
      for await (const chunk of chunksOf(part, index === start.part ? start.offset : 0)) {
        if (signal?.aborted) return;
        emitter.expect(chunk.length);
        const more = entries.push(chunk, (entry) => {
          if (skip > 0) {
            skip -= 1;
            return true;
          }
          return emitter.add(entry);
        });
        const output = emitter.take();
        if (output !== undefined) yield output;
        if (!more) return;
      }
    }
    if (changes === undefined) return;
    const current = parts.at(-1);
    kept = parts.slice(0, -1);
    const { path, maxFiles } = log;
    const at = current?.size ?? 0;
    const position = current?.compressed ? closed(current) : { fd: current?.fd, at };
    yield* follow({ path, maxFiles, ...position, entries, emitter, changes, signal, stopped });
  } finally {
    closeParts(kept);
  }
}

/** Only rotated files are there: the current one begins anew. */
function closed(part: Part): { fd: undefined; at: number } {
  closeSync(part.fd);
  return { fd: undefined, at: 0 };
}

async function startOf(
  parts: readonly Part[],
  { tail }: LogQuery,
  format: ReadFormat,
): Promise<{ part: number; offset: number; skip: number }> {
  if (tail === undefined) return { part: 0, offset: 0, skip: 0 };
  if (tail === 0) return { part: parts.length, offset: 0, skip: 0 };
  return findTail(parts, tail, format);
}

async function chainFiles(path: string): Promise<string[]> {
  const folder = dirname(path);
  const name = basename(path);
  const names = await readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
  const isPart = (each: string) =>
    each.startsWith(name) && /^(?:|\.\d+(?:\.gz(?:\.tmp)?)?)$/.test(each.slice(name.length));
  return names.filter(isPart).map((each) => join(folder, each));
}
