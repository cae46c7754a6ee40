import { timeBytes, writeTime } from '../lines/clock-text.ts';
import type { Entry, LogFormat } from '../lines/format.ts';
import { Output } from '../lines/output.ts';
import { appendJsonText } from './json-string.ts';

const text = (value: string): Buffer => Buffer.from(value, 'latin1');

/**
 * Docker's json-file, byte for byte: `{"log":"text\n","stream":"stdout","attrs":{…},"time":"…"}` and a newline. A
 * piece of a long line has no `\n` unless it is the last.
 */
export class JsonFileFormat implements LogFormat {
  readonly #open = text('{"log":"');
  readonly #middle: Readonly<Record<Entry['stream'], Readonly<Record<'line' | 'piece', Buffer>>>>;
  readonly #close = text('"}\n');

  constructor(attrs: Readonly<Record<string, string>>) {
    const extra = encodeAttrs(attrs);
    const middle = (stream: string) => ({
      line: Buffer.from(`\\n","stream":"${stream}",${extra}"time":"`),
      piece: Buffer.from(`","stream":"${stream}",${extra}"time":"`),
    });
    this.#middle = { stdout: middle('stdout'), stderr: middle('stderr') };
  }

  append(out: Output, data: Buffer, start: number, end: number, entry: Entry): void {
    const middle = this.#middle[entry.stream][entry.piece === null || entry.piece.last ? 'line' : 'piece'];
    out.reserve(this.#open.length);
    out.bytes.set(this.#open, out.length);
    out.length += this.#open.length;
    appendJsonText(out, data, start, end);
    out.reserve(middle.length + timeBytes + this.#close.length);
    out.bytes.set(middle, out.length);
    const at = writeTime(out.bytes, out.length + middle.length, entry.seconds, entry.nanos);
    out.bytes.set(this.#close, at);
    out.length = at + this.#close.length;
  }
}

/** `"attrs":{…},` with the keys in order, as Go writes a map; nothing where there are none. */
function encodeAttrs(attrs: Readonly<Record<string, string>>): string {
  const names = Object.keys(attrs).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  if (names.length === 0) return '';
  const string = (value: string) => {
    const out = new Output(64);
    const data = Buffer.from(value);
    appendJsonText(out, data, 0, data.length);
    return `"${out.view().toString()}"`;
  };
  return `"attrs":{${names.map((name) => `${string(name)}:${string(attrs[name] ?? '')}`).join(',')}},`;
}
