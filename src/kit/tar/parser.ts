/**
 * A tar as a machine fed with chunks: it calls its sink at once and keeps nothing but a header's worth of bytes.
 * Understands ustar, v7, star's prefix, GNU long names and sparse files, pax records. `g` headers are passed over, as
 * Docker does. After the end mark only a limited trailer is allowed.
 *
 * Malformed input throws `invalid`; a thrown error (also one of the sink's) leaves the parser unusable.
 */
import { invalid } from '../../errors/minke-error.ts';
import { badHeader, hasValidChecksum, isZeroBlock } from './fields.ts';
import { blockSize, paddingOf, type SparseRegion, type TarHeader } from './header.ts';
import { type HeaderBlock, headerOf, readHeaderBlock } from './header-block.ts';
import { nameFromBytes } from './name-bytes.ts';
import { type PaxFields, type PaxSparse, parsePax } from './pax.ts';
import { checkSparse, gnuSparseRow, maxRegions, SparseLines } from './sparse.ts';

export interface TarSink {
  entry(header: TarHeader): void;
  /** Content at a file offset, in order; holes of sparse files are left out. The chunk is valid during the call. */
  data(chunk: Buffer, offset: number): void;
  entryEnd(): void;
  /** All bytes that are no content, in the archive's order: headers, records, padding, trailer. */
  framing?(chunk: Buffer): void;
}

export const tarLimits = {
  /** One pax header or long name. */
  metadata: 1 << 20,
  /** PATH_MAX. */
  name: 4096,
  /** Bytes after the end mark (writers pad to their record size). */
  trailer: 16 << 20,
};

type State = 'header' | 'metadata' | 'sparse-header' | 'sparse-lines' | 'data' | 'padding' | 'trailer';

/** Flags whose content describes the next entry. */
const longName = 0x4c;
const longLink = 0x4b;
const paxHeader = 0x78;
const paxGlobal = 0x67;
const gnuSparse = 0x53;

export class TarParser {
  readonly #sink: TarSink;
  #state: State = 'header';
  /** Bytes of a block that arrived in pieces. */
  readonly #block = Buffer.alloc(blockSize);
  #filled = 0;
  #sawZeroBlock = false;

  #metadata: Buffer = Buffer.alloc(0);
  #metadataFlag = 0;
  #metadataFilled = 0;

  #pax: PaxFields | null = null;
  #name: string | null = null;
  #link: string | null = null;

  #head: HeaderBlock | null = null;
  #sparse: SparseRegion[] | null = null;
  #lines: SparseLines | null = null;
  #region = 0;
  #regionAt = 0;

  /** Content still to come, then padding still to come. */
  #remaining = 0;
  #padding = 0;
  #offset = 0;
  #trailer = 0;
  /** Bytes read so far. */
  bytes = 0;

  constructor(sink: TarSink) {
    this.#sink = sink;
  }

  write(chunk: Buffer): void {
    this.bytes += chunk.length;
    let at = 0;
    while (at < chunk.length) {
      switch (this.#state) {
        case 'data':
          at = this.#data(chunk, at);
          break;
        case 'padding':
          at = this.#pad(chunk, at);
          break;
        case 'metadata':
          at = this.#collect(chunk, at);
          break;
        case 'trailer':
          at = this.#trail(chunk, at);
          break;
        default:
          at = this.#assemble(chunk, at);
      }
    }
  }

  /** The input is over. Throws where it stopped inside an entry. */
  end(): void {
    const clean =
      (this.#state === 'header' && this.#filled === 0 && !this.#hasPending()) || this.#state === 'trailer';
    if (!clean) throw invalid('unexpected EOF');
  }

  #hasPending(): boolean {
    return this.#pax !== null || this.#name !== null || this.#link !== null;
  }

  /** One block, straight from the chunk where it lies whole in it. */
  #assemble(chunk: Buffer, at: number): number {
    if (this.#filled === 0 && chunk.length - at >= blockSize) {
      this.#onBlock(chunk.subarray(at, at + blockSize));
      return at + blockSize;
    }
    const take = Math.min(blockSize - this.#filled, chunk.length - at);
    chunk.copy(this.#block, this.#filled, at, at + take);
    this.#filled += take;
    if (this.#filled === blockSize) {
      this.#filled = 0;
      this.#onBlock(this.#block);
    }
    return at + take;
  }

  #onBlock(block: Buffer): void {
    this.#sink.framing?.(block);
    if (this.#state === 'header') this.#onHeader(block);
    else if (this.#state === 'sparse-header') this.#onSparseHeader(block);
    else this.#onSparseLines(block);
  }

  #onHeader(block: Buffer): void {
    if (isZeroBlock(block, 0)) {
      if (this.#hasPending()) throw badHeader('records without an entry');
      if (this.#sawZeroBlock) this.#state = 'trailer';
      this.#sawZeroBlock = true;
      return;
    }
    if (this.#sawZeroBlock) throw badHeader('entry after the end mark');
    if (!hasValidChecksum(block, 0)) throw badHeader('wrong checksum');
    const head = readHeaderBlock(block);
    switch (head.typeflag) {
      case longName:
      case longLink:
      case paxHeader:
      case paxGlobal:
        this.#startMetadata(head);
        break;
      case gnuSparse: {
        if (!head.gnu) throw badHeader('sparse entry without GNU magic');
        this.#head = head;
        this.#sparse = gnuSparseRow(block, 386, 4);
        if (block[482] !== 0) this.#state = 'sparse-header';
        else this.#startEntry(head);
        break;
      }
      default:
        this.#head = head;
        this.#startEntry(head);
    }
  }

  #startMetadata(head: HeaderBlock): void {
    if (head.size > tarLimits.metadata) throw badHeader('extended header too large');
    this.#metadataFlag = head.typeflag;
    this.#metadata = Buffer.allocUnsafe(head.size);
    this.#metadataFilled = 0;
    this.#padding = paddingOf(head.size);
    this.#state = 'metadata';
    if (head.size === 0) this.#onMetadata();
  }

  #collect(chunk: Buffer, at: number): number {
    const take = Math.min(this.#metadata.length - this.#metadataFilled, chunk.length - at);
    const part = chunk.subarray(at, at + take);
    this.#sink.framing?.(part);
    part.copy(this.#metadata, this.#metadataFilled);
    this.#metadataFilled += take;
    if (this.#metadataFilled === this.#metadata.length) this.#onMetadata();
    return at + take;
  }

  #onMetadata(): void {
    const content = this.#metadata;
    if (this.#metadataFlag === paxHeader) this.#pax = parsePax(content);
    else if (this.#metadataFlag !== paxGlobal) {
      const nul = content.indexOf(0);
      const name = nameFromBytes(content, 0, nul === -1 ? content.length : nul);
      if (this.#metadataFlag === longName) this.#name = name;
      else this.#link = name;
    }
    this.#metadata = Buffer.alloc(0);
    this.#state = this.#padding > 0 ? 'padding' : 'header';
  }

  #onSparseHeader(block: Buffer): void {
    const regions = this.#sparse ?? [];
    regions.push(...gnuSparseRow(block, 0, 21));
    if (regions.length > maxRegions) throw badHeader('sparse map too large');
    if (block[504] === 0 && this.#head !== null) this.#startEntry(this.#head);
  }

  #onSparseLines(block: Buffer): void {
    const head = this.#head;
    if (this.#lines === null || head === null) throw badHeader('sparse map');
    if (this.#remaining < blockSize) throw badHeader('sparse map beyond the content');
    this.#remaining -= blockSize;
    if (!this.#lines.push(block)) return;
    this.#sparse = this.#lines.regions();
    this.#lines = null;
    this.#announce(head, this.#pax?.sparse?.realSize ?? 0);
  }

  #startEntry(head: HeaderBlock): void {
    const size = this.#pax?.size ?? head.size;
    this.#remaining = head.hasContent ? size : 0;
    this.#padding = paddingOf(this.#remaining);
    const sparse = this.#pax?.sparse;
    if (head.typeflag === gnuSparse) this.#announce(head, head.realSize);
    else if (sparse !== undefined && head.type === 'file') this.#startPaxSparse(head, sparse);
    else this.#announce(head, this.#remaining);
  }

  #startPaxSparse(head: HeaderBlock, sparse: PaxSparse): void {
    if (sparse.pendingOffset !== undefined) throw badHeader('pax sparse offset without numbytes');
    if (sparse.major === 1 && sparse.minor === 0) {
      if (sparse.realSize === undefined) throw badHeader('sparse file without its size');
      this.#lines = new SparseLines();
      this.#state = 'sparse-lines';
    } else if (sparse.major !== 0) throw badHeader('unknown sparse format');
    else if (sparse.map === undefined) this.#announce(head, this.#remaining);
    else {
      if (sparse.map.length > maxRegions) throw badHeader('sparse map too large');
      this.#sparse = sparse.map;
      this.#announce(head, sparse.realSize ?? 0);
    }
  }

  #announce(head: HeaderBlock, size: number): void {
    const sparse = this.#sparse;
    if (sparse !== null) checkSparse(sparse, size, this.#remaining);
    const header = headerOf(head, { pax: this.#pax, name: this.#name, link: this.#link, size, sparse });
    this.#pax = null;
    this.#name = null;
    this.#link = null;
    this.#head = null;
    this.#offset = 0;
    this.#region = -1;
    this.#regionAt = 0;
    this.#sink.entry(header);
    if (this.#remaining === 0) this.#finishEntry();
    else this.#state = 'data';
  }

  #finishEntry(): void {
    this.#sparse = null;
    this.#state = this.#padding > 0 ? 'padding' : 'header';
    this.#sink.entryEnd();
  }

  #data(chunk: Buffer, at: number): number {
    let take = Math.min(this.#remaining, chunk.length - at);
    if (this.#sparse !== null) take = Math.min(take, this.#seekRegion(this.#sparse));
    this.#sink.data(take === chunk.length ? chunk : chunk.subarray(at, at + take), this.#offset);
    this.#offset += take;
    this.#regionAt -= take;
    this.#remaining -= take;
    if (this.#remaining === 0) this.#finishEntry();
    return at + take;
  }

  /** Puts `offset` into the next region with data left; answers how much is left in it. */
  #seekRegion(regions: readonly SparseRegion[]): number {
    while (this.#regionAt === 0) {
      const region = regions[++this.#region];
      if (region === undefined) throw badHeader('sparse map and content differ in size');
      this.#offset = region.offset;
      this.#regionAt = region.length;
    }
    return this.#regionAt;
  }

  #pad(chunk: Buffer, at: number): number {
    const take = Math.min(this.#padding, chunk.length - at);
    this.#sink.framing?.(chunk.subarray(at, at + take));
    this.#padding -= take;
    if (this.#padding === 0) this.#state = 'header';
    return at + take;
  }

  #trail(chunk: Buffer, at: number): number {
    const rest = at === 0 ? chunk : chunk.subarray(at);
    this.#trailer += rest.length;
    if (this.#trailer > tarLimits.trailer)
      throw invalid('archive/tar: too much data after the end of the archive');
    this.#sink.framing?.(rest);
    return chunk.length;
  }
}
