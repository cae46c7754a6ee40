/** Names in an open directory, by getdents64(2). */
import { nameFromBytes } from '../../kit/tar/name-bytes.ts';
import { bind, lastErrno, SystemError } from '../ffi/libc.ts';
import { closeFd, openAt } from './calls.ts';
import { O_DIRECTORY, O_RDONLY } from './flags.ts';

const getdents64 = bind<[number, Buffer, number], number>(
  'long getdents64(int fd, uint8_t *records, size_t size)',
);

const records = Buffer.alloc(64 * 1024);

/**
 * All names but `.` and `..`, in the directory's own order. A fresh descriptor is read, so `dir` may be O_PATH and
 * keeps its position.
 */
export function namesAt(dir: number): string[] {
  const fd = openAt(dir, '.', O_RDONLY | O_DIRECTORY);
  const names: string[] = [];
  try {
    for (;;) {
      const size = getdents64(fd, records, records.length);
      if (size === -1) throw new SystemError('getdents64', lastErrno());
      if (size === 0) return names;
      for (let at = 0; at < size; ) {
        const length = records.readUInt16LE(at + 16);
        let end = at + 19;
        while (records[end] !== 0) end++;
        const name = nameFromBytes(records, at + 19, end);
        if (name !== '.' && name !== '..') names.push(name);
        at += length;
      }
    }
  } finally {
    closeFd(fd);
  }
}

/** By code units of the bytes, the order that does not depend on the filesystem. */
export const sortedNamesAt = (dir: number): string[] => namesAt(dir).sort();
