/** For tests: header blocks byte by byte, also such as no honest writer makes. */

export interface RawHeader {
  readonly name?: string | Buffer;
  readonly mode?: string | Buffer;
  readonly uid?: string | Buffer;
  readonly gid?: string | Buffer;
  readonly size?: number | string | Buffer;
  readonly mtime?: string | Buffer;
  readonly checksum?: string;
  readonly flag?: string;
  readonly linkname?: string | Buffer;
  readonly magic?: string;
  readonly prefix?: string | Buffer;
  readonly devmajor?: string;
  readonly devminor?: string;
  /** More bytes at given places, before the checksum is made. */
  readonly at?: readonly (readonly [number, string | Buffer])[];
}

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;

export const ustarMagic = 'ustar\u000000';
export const gnuMagic = 'ustar  \0';

export function rawHeader(header: RawHeader): Buffer {
  const block = Buffer.alloc(512);
  const put = (value: string | Buffer | undefined, at: number): void => {
    if (value !== undefined) (typeof value === 'string' ? Buffer.from(value, 'utf8') : value).copy(block, at);
  };
  const { size = 0 } = header;
  put(header.name ?? 'file', 0);
  put(header.mode ?? octal(0o644, 8), 100);
  put(header.uid ?? octal(0, 8), 108);
  put(header.gid ?? octal(0, 8), 116);
  put(typeof size === 'number' ? octal(size, 12) : size, 124);
  put(header.mtime ?? octal(0, 12), 136);
  put(header.flag ?? '0', 156);
  put(header.linkname, 157);
  put(header.magic ?? ustarMagic, 257);
  put(header.devmajor, 329);
  put(header.devminor, 337);
  put(header.prefix, 345);
  for (const [place, value] of header.at ?? []) put(value, place);
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(header.checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** Content and the zeros after it. */
export const rawContent = (content: string | Buffer): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
};

export const rawEnd: Buffer = Buffer.alloc(1024);

/** An entry with content. */
export const rawFile = (name: string | Buffer, content: string | Buffer = '', more: RawHeader = {}): Buffer =>
  Buffer.concat([rawHeader({ name, size: Buffer.from(content).length, ...more }), rawContent(content)]);

/** An `x` header with these bytes as its records. */
export const rawPax = (records: string | Buffer, more: RawHeader = {}): Buffer =>
  rawFile('PaxHeaders.0/x', records, { flag: 'x', ...more });

/** One record with its right length. */
export function record(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

/** GNU long name (`L`) or long link (`K`). */
export const rawLong = (flag: 'L' | 'K', text: string): Buffer =>
  rawFile('././@LongLink', `${text}\0`, { flag, magic: gnuMagic });
