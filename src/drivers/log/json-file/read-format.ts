import { readTime } from '../lines/clock-text.ts';
import type { Output } from '../lines/output.ts';
import type { EntryReader, ReadFormat } from '../read/entry-reader.ts';
import { appendUnescaped } from './unescape.ts';

const newline = 10;
const quote = 34;

const head = Buffer.from('{"log":"', 'latin1');
const stdout = Buffer.from('","stream":"stdout","time":"', 'latin1');
const stderr = Buffer.from('","stream":"stderr","time":"', 'latin1');

const same = (data: Buffer, at: number, expected: Buffer): boolean => {
  for (let i = 0; i < expected.length; i += 1) if (data[at + i] !== expected[i]) return false;
  return true;
};

class JsonFileReader implements EntryReader {
  valid = false;
  stream: 'stdout' | 'stderr' = 'stdout';
  attrs: Readonly<Record<string, string>> | null = null;
  #data: Buffer = head;
  #from = 0;
  #to = 0;
  #timeFrom = 0;
  #timeTo = 0;
  #time: { seconds: number; nanos: number } | null = null;
  /** The text where the entry had to be parsed as a whole. */
  #text: Buffer | null = null;

  next(data: Buffer, at: number, end: number): number {
    const line = data.indexOf(newline, at);
    if (line === -1 || line >= end) return -1;
    this.#data = data;
    this.#time = null;
    this.#text = null;
    this.attrs = null;
    this.valid = this.#quick(data, at, line) || this.#slow(data, at, line);
    return line + 1;
  }

  get seconds(): number {
    return this.#parsedTime().seconds;
  }

  get nanos(): number {
    return this.#parsedTime().nanos;
  }

  appendText(out: Output): void {
    if (this.#text === null) {
      appendUnescaped(out, this.#data, this.#from, this.#to);
      return;
    }
    out.reserve(this.#text.length);
    out.bytes.set(this.#text, out.length);
    out.length += this.#text.length;
  }

  /**
   * An entry as we and dockerd write it without attributes: its parts are found from both ends. The time's quote is the
   * last but one; no quote stands bare in the text, so what is in front of the time can't be part of it.
   */
  #quick(data: Buffer, at: number, line: number): boolean {
    // `"}` ends the line; a time has no quote.
    if (data[line - 1] !== 125 || data[line - 2] !== quote || !same(data, at, head)) return false;
    let timeFrom = line - 2;
    while (timeFrom > at && data[timeFrom - 1] !== quote) timeFrom -= 1;
    const to = timeFrom - stdout.length;
    if (to < at + head.length) return false;
    if (same(data, to, stdout)) this.stream = 'stdout';
    else if (same(data, to, stderr)) this.stream = 'stderr';
    else return false;
    this.#from = at + head.length;
    this.#to = to;
    this.#timeFrom = timeFrom;
    this.#timeTo = line - 2;
    return true;
  }

  #slow(data: Buffer, at: number, line: number): boolean {
    try {
      const entry: unknown = JSON.parse(data.toString('utf8', at, line));
      if (typeof entry !== 'object' || entry === null) return false;
      const log = 'log' in entry ? entry.log : '';
      const stream = 'stream' in entry ? entry.stream : 'stdout';
      const time = 'time' in entry ? entry.time : '';
      if (typeof log !== 'string' || typeof time !== 'string') return false;
      this.stream = stream === 'stderr' ? 'stderr' : 'stdout';
      this.#text = Buffer.from(log);
      const bytes = Buffer.from(time, 'latin1');
      this.#time = readTime(bytes, 0, bytes.length);
      this.attrs = 'attrs' in entry ? stringsOf(entry.attrs) : null;
      return !Number.isNaN(this.#time.seconds);
    } catch {
      return false;
    }
  }

  #parsedTime(): { seconds: number; nanos: number } {
    this.#time ??= readTime(this.#data, this.#timeFrom, this.#timeTo);
    return this.#time;
  }
}

function stringsOf(value: unknown): Record<string, string> | null {
  if (typeof value !== 'object' || value === null) return null;
  const strings: Record<string, string> = {};
  for (const [key, text] of Object.entries(value)) if (typeof text === 'string') strings[key] = text;
  return strings;
}

export const jsonFileReadFormat: ReadFormat = {
  reader: () => new JsonFileReader(),
  tail(data, end, count) {
    // Behind the last whole entry.
    let at = data.lastIndexOf(newline, end - 1) + 1;
    let found = 0;
    while (found < count && at > 0) {
      // The newline in front of the entry that ends at `at`.
      const before = at >= 2 ? data.lastIndexOf(newline, at - 2) : -1;
      if (before === -1) break;
      at = before + 1;
      found += 1;
    }
    return { at, found };
  },
};
