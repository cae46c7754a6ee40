/**
 * Header blocks as Docker's writer makes them: plain ustar where everything fits, a pax header in front where
 * something does not. The same entry always gives the same bytes.
 */
import { invalid } from '../../errors/minke-error.ts';
import { blockSize, noXattrs, paddingOf, type TarTime, typeflags } from './header.ts';
import { formatPaxTime, paxRecord, paxXattrKey } from './pax.ts';

export interface TarWriteHeader {
  /** A directory's name should end in a slash. */
  readonly name: string;
  readonly type: keyof typeof typeflags;
  /** Bytes of content; only files have any. */
  readonly size?: number;
  /** Default 0o755 for directories, else 0o644. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly uname?: string;
  readonly gname?: string;
  /** Default 1970. */
  readonly mtime?: TarTime;
  readonly linkname?: string;
  readonly devmajor?: number;
  readonly devminor?: number;
  readonly xattrs?: ReadonlyMap<string, Buffer>;
}

/** What octal digits of a field can hold, its last byte a NUL. */
const fits = (value: number, width: number): boolean =>
  Number.isSafeInteger(value) && value >= 0 && value < 8 ** (width - 1);

const isAscii = (text: string): boolean => /^[\x01-\x7f]*$/.test(text);

/** Non-ASCII characters left out: what old readers see beside the pax record. */
const toAscii = (text: string): string => text.replace(/[^\x01-\x7f]/gu, '');

/** The split into prefix and name that ustar needs for names over 100 bytes, or null. */
function splitName(name: string): { prefix: string; rest: string } | null {
  let length = name.length;
  if (length > 256) return null;
  if (length > 156) length = 156;
  else if (name.endsWith('/')) length--;
  const slash = name.lastIndexOf('/', length - 1);
  const rest = name.length - slash - 1;
  if (slash <= 0 || rest > 100 || rest === 0 || slash > 155) return null;
  return { prefix: name.slice(0, slash), rest: name.slice(slash + 1) };
}

function octal(block: Buffer, at: number, width: number, value: number): void {
  const number = fits(value, width) ? value : 0;
  block.write(number.toString(8).padStart(width - 1, '0'), at, width - 1, 'latin1');
}

function text(block: Buffer, at: number, width: number, value: string): void {
  block.write(value.length > width ? value.slice(0, width) : value, at, width, 'latin1');
}

function seal(block: Buffer): void {
  block.fill(0x20, 148, 156);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
}

function block(header: TarWriteHeader & { flag: number; rawName: string; prefix: string }): Buffer {
  const bytes = Buffer.alloc(blockSize);
  text(bytes, 0, 100, header.rawName);
  octal(bytes, 100, 8, (header.mode ?? (header.type === 'directory' ? 0o755 : 0o644)) & 0o7777);
  octal(bytes, 108, 8, header.uid ?? 0);
  octal(bytes, 116, 8, header.gid ?? 0);
  octal(bytes, 124, 12, header.size ?? 0);
  octal(bytes, 136, 12, header.mtime?.seconds ?? 0);
  bytes[156] = header.flag;
  text(bytes, 157, 100, toAscii(header.linkname ?? ''));
  bytes.write('ustar\u000000', 257, 8, 'latin1');
  text(bytes, 265, 32, toAscii(header.uname ?? ''));
  text(bytes, 297, 32, toAscii(header.gname ?? ''));
  octal(bytes, 329, 8, header.devmajor ?? 0);
  octal(bytes, 337, 8, header.devminor ?? 0);
  text(bytes, 345, 155, header.prefix);
  seal(bytes);
  return bytes;
}

const paxHeaderFlag = 0x78;

/** Where a reader that knows no pax puts the records. */
function paxName(name: string): string {
  const parts = toAscii(name)
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..');
  const base = parts.pop() ?? '';
  return [...parts, 'PaxHeaders.0', base].join('/').slice(0, 100);
}

/** The header of one entry, pax records before it where needed; content and padding follow. */
export function encodeHeader(header: TarWriteHeader): Buffer {
  if (header.name === '' || header.name.includes('\0') || header.linkname?.includes('\0') === true)
    throw invalid('archive/tar: name is empty or holds a NUL');
  if (!fits(header.devmajor ?? 0, 8) || !fits(header.devminor ?? 0, 8))
    throw invalid(`archive/tar: device number of ${header.name} is too large`);
  const records = new Map<string, string | Buffer>();
  let rawName = header.name;
  let prefix = '';
  if (!isAscii(header.name)) records.set('path', header.name);
  else if (header.name.length > 100) {
    const split = splitName(header.name);
    if (split === null) records.set('path', header.name);
    else {
      rawName = split.rest;
      prefix = split.prefix;
    }
  }
  const link = header.linkname ?? '';
  if (!isAscii(link) || link.length > 100) records.set('linkpath', link);
  for (const key of ['uname', 'gname'] as const) {
    const value = header[key] ?? '';
    if (!isAscii(value) || value.length > 32) records.set(key, value);
  }
  for (const key of ['uid', 'gid'] as const)
    if (!fits(header[key] ?? 0, 8)) records.set(key, String(header[key]));
  if (!fits(header.size ?? 0, 12)) records.set('size', String(header.size));
  const mtime = header.mtime ?? { seconds: 0, nanoseconds: 0 };
  if (mtime.nanoseconds !== 0 || !fits(mtime.seconds, 12)) records.set('mtime', formatPaxTime(mtime));
  for (const [name, value] of header.xattrs ?? noXattrs) records.set(paxXattrKey(name), value);

  const flag = typeflags[header.type];
  const entry = block({ ...header, flag, rawName: toAscii(rawName), prefix });
  if (records.size === 0) return entry;
  const sorted = [...records].sort(([a], [b]) => (a < b ? -1 : 1));
  const content = Buffer.concat(sorted.map(([key, value]) => paxRecord(key, value)));
  const padding = Buffer.alloc(paddingOf(content.length));
  const front = block({
    name: '',
    type: 'file',
    mode: 0,
    size: content.length,
    flag: paxHeaderFlag,
    rawName: paxName(header.name),
    prefix: '',
  });
  return Buffer.concat([front, content, padding, entry]);
}

/** The end mark: two blocks of zeros. */
export const endOfArchive: Buffer = Buffer.alloc(2 * blockSize);
