/** What tests of the reader share: archives fed to it in pieces, and what is to come of them. */
import assert from 'node:assert/strict';
import { MinkeError } from '../../errors/minke-error.ts';
import type { TarHeader } from './header.ts';
import { TarParser } from './parser.ts';

export interface Seen {
  readonly header: TarHeader;
  readonly content: Buffer;
}

/** Feeds the archive in pieces of `size`; checks that framing and content together are the archive. */
export function parse(archive: Buffer, size = archive.length): Seen[] {
  const entries: { header: TarHeader; pieces: [Buffer, number][] }[] = [];
  const all: Buffer[] = [];
  const parser = new TarParser({
    entry: (header) => entries.push({ header, pieces: [] }),
    data: (chunk, offset) => {
      entries.at(-1)?.pieces.push([Buffer.from(chunk), offset]);
      all.push(Buffer.from(chunk));
    },
    entryEnd: () => {},
    framing: (bytes) => all.push(Buffer.from(bytes)),
  });
  for (let at = 0; at < archive.length; at += size) parser.write(archive.subarray(at, at + size));
  parser.end();
  assert.deepEqual(Buffer.concat(all), archive);
  assert.equal(parser.bytes, archive.length);
  return entries.map(({ header, pieces }) => {
    const content = Buffer.alloc(Math.min(header.size, 1 << 20));
    for (const [piece, offset] of pieces) piece.copy(content, offset);
    return { header, content };
  });
}

export const names = (archive: Buffer): string[] => parse(archive).map(({ header }) => header.name);
export const refuses = (archive: Buffer, message: RegExp = /archive\/tar/): void => {
  for (const size of [archive.length, 100, 512])
    assert.throws(
      () => parse(archive, Math.max(1, size)),
      (error) => error instanceof MinkeError && error.kind === 'invalid' && message.test(error.message),
    );
};
export const one = (archive: Buffer): TarHeader => {
  const [entry] = parse(archive);
  assert.ok(entry);
  return entry.header;
};
export const base256 = (value: bigint, width: number): Buffer => {
  const bytes = Buffer.alloc(width);
  let rest = BigInt.asUintN(width * 8, value);
  for (let at = width - 1; at >= 0; at--) {
    bytes[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  bytes[0] = (bytes[0] ?? 0) | 0x80;
  return bytes;
};
