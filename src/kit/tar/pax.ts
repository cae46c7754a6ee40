/** pax extended header records: `<length> <key>=<value>\n`, the length counting itself. */

import { badHeader } from './fields.ts';
import type { SparseRegion, TarTime } from './header.ts';
import { nameFromBytes, nameToBytes } from './name-bytes.ts';

const xattrPrefix = 'SCHILY.xattr.';

/** What the records of one `x` header change; undefined means "as the header block says". */
export interface PaxFields {
  path?: string;
  linkpath?: string;
  uname?: string;
  gname?: string;
  size?: number;
  uid?: number;
  gid?: number;
  mtime?: TarTime;
  xattrs?: Map<string, Buffer>;
  sparse?: PaxSparse;
}

/** Keys `GNU.sparse.*`. `map` is absent in format 1.0, where it opens the content. */
export interface PaxSparse {
  major: number;
  minor: number;
  name?: string;
  realSize?: number;
  map?: SparseRegion[];
  /** Format 0.0: an offset whose `numbytes` has not come yet. */
  pendingOffset?: number;
}

function decimal(text: string, what: string): number {
  if (!/^\d{1,16}$/.test(text)) throw badHeader(`pax ${what} is no number`);
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw badHeader(`pax ${what} is too large`);
  return value;
}

/** `-12.5` is 12.5 s before 1970: seconds -13, nanoseconds 500,000,000. */
export function parsePaxTime(text: string): TarTime {
  const match = /^(-?)(\d{1,15})(?:\.(\d{0,64}))?$/.exec(text);
  if (match === null) throw badHeader('pax time is no number');
  const seconds = Number(match[2]);
  const nanoseconds = Number((match[3] ?? '').slice(0, 9).padEnd(9, '0'));
  if (match[1] !== '-') return { seconds, nanoseconds };
  if (nanoseconds === 0) return { seconds: seconds === 0 ? 0 : -seconds, nanoseconds: 0 };
  return { seconds: -seconds - 1, nanoseconds: 1_000_000_000 - nanoseconds };
}

export function formatPaxTime({ seconds, nanoseconds }: TarTime): string {
  if (nanoseconds === 0) return String(seconds);
  const negative = seconds < 0;
  const whole = negative ? -seconds - 1 : seconds;
  const fraction = negative ? 1_000_000_000 - nanoseconds : nanoseconds;
  return `${negative ? '-' : ''}${whole}.${String(fraction).padStart(9, '0').replace(/0+$/, '')}`;
}

function sparseOf(fields: PaxFields): PaxSparse {
  fields.sparse ??= { major: 0, minor: 0 };
  return fields.sparse;
}

function setSparse(fields: PaxFields, key: string, value: string): void {
  const sparse = sparseOf(fields);
  switch (key) {
    case 'major':
      sparse.major = decimal(value, key);
      break;
    case 'minor':
      sparse.minor = decimal(value, key);
      break;
    case 'name':
      sparse.name = value;
      break;
    case 'size':
    case 'realsize':
      sparse.realSize = decimal(value, key);
      break;
    case 'map': {
      const numbers = value === '' ? [] : value.split(',').map((part) => decimal(part, 'sparse map'));
      if (numbers.length % 2 !== 0) throw badHeader('pax sparse map has an odd count');
      sparse.map = [];
      for (let i = 0; i < numbers.length; i += 2)
        sparse.map.push({ offset: numbers[i] ?? 0, length: numbers[i + 1] ?? 0 });
      break;
    }
    case 'offset':
      sparse.pendingOffset = decimal(value, key);
      break;
    case 'numbytes':
      if (sparse.pendingOffset === undefined) throw badHeader('pax sparse numbytes without offset');
      sparse.map ??= [];
      sparse.map.push({ offset: sparse.pendingOffset, length: decimal(value, key) });
      delete sparse.pendingOffset;
      break;
    default: // numblocks repeats what the map says
  }
}

const noNul = (key: string, value: string): string => {
  if (value.includes('\0')) throw badHeader(`NUL in pax ${key}`);
  return value;
};

function setField(fields: PaxFields, key: string, bytes: Buffer): void {
  if (key.startsWith(xattrPrefix)) {
    if (key.length === xattrPrefix.length) throw badHeader('xattr without a name');
    fields.xattrs ??= new Map();
    // Copied: the record's buffer is the reader's.
    fields.xattrs.set(key.slice(xattrPrefix.length), Buffer.from(bytes));
    return;
  }
  const interesting =
    key === 'path' ||
    key === 'linkpath' ||
    key === 'uname' ||
    key === 'gname' ||
    key === 'size' ||
    key === 'uid' ||
    key === 'gid' ||
    key === 'mtime' ||
    key.startsWith('GNU.sparse.');
  if (!interesting) return;
  const value = noNul(key, nameFromBytes(bytes));
  // An empty value takes an earlier record back.
  if (value === '' && key !== 'GNU.sparse.map') {
    if (
      key === 'path' ||
      key === 'linkpath' ||
      key === 'uname' ||
      key === 'gname' ||
      key === 'size' ||
      key === 'uid' ||
      key === 'gid' ||
      key === 'mtime'
    )
      delete fields[key];
    return;
  }
  switch (key) {
    case 'path':
    case 'linkpath':
    case 'uname':
    case 'gname':
      fields[key] = value;
      break;
    case 'size':
    case 'uid':
    case 'gid':
      fields[key] = decimal(value, key);
      break;
    case 'mtime':
      fields.mtime = parsePaxTime(value);
      break;
    default:
      setSparse(fields, key.slice('GNU.sparse.'.length), value);
  }
}

/** Reads the records of one `x` header's content. */
export function parsePax(content: Buffer): PaxFields {
  const fields: PaxFields = {};
  let at = 0;
  while (at < content.length) {
    let length = 0;
    let digits = at;
    while (digits < content.length && digits - at < 8) {
      const digit = (content[digits] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) break;
      length = length * 10 + digit;
      digits++;
    }
    const end = at + length;
    if (
      digits === at ||
      content[digits] !== 0x20 ||
      end > content.length ||
      end <= digits + 1 ||
      content[end - 1] !== 0x0a
    )
      throw badHeader('malformed pax record');
    const equals = content.indexOf(0x3d, digits + 1);
    if (equals <= digits + 1 || equals >= end - 1) throw badHeader('malformed pax record');
    const key = nameFromBytes(content, digits + 1, equals);
    setField(fields, noNul('key', key), content.subarray(equals + 1, end - 1));
    at = end;
  }
  return fields;
}

/** One record with its length. */
export function paxRecord(key: string, value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? nameToBytes(value) : value;
  const name = nameToBytes(key);
  const rest = 1 + name.length + 1 + bytes.length + 1;
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return Buffer.concat([Buffer.from(`${length} `), name, Buffer.from('='), bytes, Buffer.from('\n')]);
}

export const paxXattrKey = (name: string): string => xattrPrefix + name;
