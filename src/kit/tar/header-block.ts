/** One 512-byte header block and, with what came before it, the entry it announces. */
import { badHeader, countField, numberField, textField } from './fields.ts';
import { type EntryType, noXattrs, type SparseRegion, type TarHeader, typeflags } from './header.ts';
import { nameLength } from './name-bytes.ts';
import type { PaxFields } from './pax.ts';

const maxName = 4096;
/** -1 means "leave as it is" to chown(2), so the last id is none. */
const maxId = 0xfffffffe;

export interface HeaderBlock {
  readonly typeflag: number;
  readonly type: EntryType;
  readonly hasContent: boolean;
  readonly gnu: boolean;
  readonly name: string;
  readonly linkname: string;
  readonly size: number;
  /** GNU sparse files: size with the holes. */
  readonly realSize: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly uname: string;
  readonly gname: string;
  readonly mtime: number;
  readonly devmajor: number;
  readonly devminor: number;
}

const types = new Map<number, EntryType>(
  Object.entries(typeflags).map(([type, flag]) => [flag, type as keyof typeof typeflags]),
);
const gnuSparse = 0x53;
const contiguous = 0x37;
types.set(gnuSparse, 'file');
types.set(contiguous, 'file');

type Dialect = 'ustar' | 'gnu' | 'star' | 'v7';

function dialectOf(block: Buffer): Dialect {
  if (block.toString('latin1', 257, 262) !== 'ustar') return 'v7';
  if (block[262] === 0x20 && block[263] === 0x20 && block[264] === 0) return 'gnu';
  if (block[262] !== 0 || block[263] !== 0x30 || block[264] !== 0x30) return 'v7';
  return block.toString('latin1', 508, 512) === 'tar\0' ? 'star' : 'ustar';
}

function withPrefix(block: Buffer, dialect: Dialect, name: string): string {
  if (dialect !== 'ustar' && dialect !== 'star') return name;
  const prefix = textField(block, 345, dialect === 'star' ? 131 : 155);
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** The block's checksum has been checked. */
export function readHeaderBlock(block: Buffer): HeaderBlock {
  const dialect = dialectOf(block);
  const plainName = textField(block, 0, 100);
  const name = withPrefix(block, dialect, plainName);
  const rawFlag = block[156] ?? 0;
  // v7 has no directories: a trailing slash says so.
  const typeflag = rawFlag === 0 ? (plainName.endsWith('/') ? typeflags.directory : typeflags.file) : rawFlag;
  const type = types.get(typeflag) ?? 'other';
  const named = dialect !== 'v7';
  const device = type === 'character' || type === 'block';
  return {
    typeflag,
    type,
    hasContent: type === 'file' || type === 'other',
    gnu: dialect === 'gnu',
    name,
    linkname: textField(block, 157, 100),
    size: countField(block, 124, 12, 'size'),
    realSize: typeflag === gnuSparse ? countField(block, 483, 12, 'real size') : 0,
    mode: numberField(block, 100, 8, 'mode') & 0o7777,
    uid: countField(block, 108, 8, 'uid'),
    gid: countField(block, 116, 8, 'gid'),
    uname: named ? textField(block, 265, 32) : '',
    gname: named ? textField(block, 297, 32) : '',
    mtime: numberField(block, 136, 12, 'mtime'),
    devmajor: named && device ? countField(block, 329, 8, 'devmajor') : 0,
    devminor: named && device ? countField(block, 337, 8, 'devminor') : 0,
  };
}

/** The entry, pax records and GNU long names applied. */
export function headerOf(
  head: HeaderBlock,
  before: {
    pax: PaxFields | null;
    name: string | null;
    link: string | null;
    size: number;
    sparse: readonly SparseRegion[] | null;
  },
): TarHeader {
  const { pax } = before;
  const name = before.name ?? pax?.sparse?.name ?? pax?.path ?? head.name;
  const linked = head.type === 'link' || head.type === 'symlink';
  const linkname = linked ? (before.link ?? pax?.linkpath ?? head.linkname) : '';
  if (name.length > maxName / 4 && nameLength(name) > maxName) throw badHeader('name too long');
  if (linkname.length > maxName / 4 && nameLength(linkname) > maxName) throw badHeader('link name too long');
  const uid = pax?.uid ?? head.uid;
  const gid = pax?.gid ?? head.gid;
  if (uid > maxId || gid > maxId) throw badHeader('uid or gid out of range');
  return {
    name,
    type: head.type,
    typeflag: head.typeflag,
    linkname,
    size: before.size,
    mode: head.mode,
    uid,
    gid,
    uname: pax?.uname ?? head.uname,
    gname: pax?.gname ?? head.gname,
    mtime: pax?.mtime ?? { seconds: head.mtime, nanoseconds: 0 },
    devmajor: head.devmajor,
    devminor: head.devminor,
    xattrs: pax?.xattrs ?? noXattrs,
    sparse: before.sparse,
  };
}
