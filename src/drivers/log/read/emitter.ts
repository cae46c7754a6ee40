import type { StdStream } from '../../../wire/stdcopy.ts';
import { headerBytes } from '../../../wire/stdcopy.ts';
import type { LogQuery } from '../contract.ts';
import { timeBytes, writeFixedTime } from '../lines/clock-text.ts';
import { Output } from '../lines/output.ts';
import type { EntryReader } from './entry-reader.ts';

const nano = 1_000_000_000n;
const streamNumbers = { stdout: 1, stderr: 2 } as const satisfies Partial<Record<StdStream, number>>;

interface Instant {
  readonly seconds: number;
  readonly nanos: number;
}

const instant = (time: bigint | undefined): Instant | undefined =>
  time === undefined ? undefined : { seconds: Number(time / nano), nanos: Number(time % nano) };

const before = (entry: EntryReader, { seconds, nanos }: Instant): boolean =>
  entry.seconds < seconds || (entry.seconds === seconds && entry.nanos < nanos);

const behind = (entry: EntryReader, { seconds, nanos }: Instant): boolean =>
  entry.seconds > seconds || (entry.seconds === seconds && entry.nanos > nanos);

/** Go's url.QueryEscape. */
const escaped = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');

/** `key=value` by commas, in the order of the keys. */
function detailsText(attrs: EntryReader['attrs']): string {
  const pairs = Object.entries(attrs ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.map(([key, value]) => `${escaped(key)}=${escaped(value)}`).join(',');
}

/** Puts entries into the form that clients get, many into one buffer. */
export class Emitter {
  readonly #query: LogQuery;
  readonly #tty: boolean;
  readonly #until: Instant | undefined;
  /** Dropped at the first entry that is not older: times need not be in order. */
  #since: Instant | undefined;
  #out: Output | null = null;
  #expected = 0;

  constructor(query: LogQuery, tty: boolean) {
    this.#query = query;
    this.#tty = tty;
    this.#since = instant(query.since);
    this.#until = instant(query.until);
  }

  /** False: this entry and all behind it are too new. */
  add = (entry: EntryReader): boolean => {
    if (this.#since !== undefined) {
      if (before(entry, this.#since)) return true;
      this.#since = undefined;
    }
    if (this.#until !== undefined && behind(entry, this.#until)) return false;
    if (this.#query[entry.stream]) this.#write(entry);
    return true;
  };

  /** So many bytes of log come next. */
  expect(bytes: number): void {
    this.#expected = bytes + 1024;
  }

  /** What was added since the last time. */
  take(): Buffer | undefined {
    const out = this.#out;
    this.#out = null;
    return out === null || out.length === 0 ? undefined : out.view();
  }

  #write(entry: EntryReader): void {
    this.#out ??= new Output(this.#expected);
    const out = this.#out;
    const start = out.length;
    out.reserve(headerBytes + timeBytes + 1);
    if (!this.#tty) out.length += headerBytes;
    if (this.#query.timestamps) {
      out.length = writeFixedTime(out.bytes, out.length, entry.seconds, entry.nanos);
      out.bytes[out.length] = 32;
      out.length += 1;
    }
    if (this.#query.details) {
      const text = Buffer.from(`${detailsText(entry.attrs)} `);
      out.reserve(text.length);
      out.bytes.set(text, out.length);
      out.length += text.length;
    }
    entry.appendText(out);
    if (this.#tty) return;
    const { bytes } = out;
    const length = out.length - start - headerBytes;
    bytes[start] = streamNumbers[entry.stream];
    bytes[start + 1] = bytes[start + 2] = bytes[start + 3] = 0;
    bytes[start + 4] = length >>> 24;
    bytes[start + 5] = length >>> 16;
    bytes[start + 6] = length >>> 8;
    bytes[start + 7] = length;
  }
}
