/**
 * DNS messages as far as the embedded resolver needs them (RFC 1035, RFC 3596, EDNS of RFC 6891): the question of a
 * query is read, answers with addresses or names are written; everything else passes through as bytes.
 */
export const recordType = { a: 1, ptr: 12, aaaa: 28, options: 41 } as const;
export const responseCode = {
  ok: 0,
  format: 1,
  failure: 2,
  noName: 3,
  notImplemented: 4,
  refused: 5,
} as const;

const headerLength = 12;
/** Name (a pointer), type, class, time to live, length of the data. */
const recordHead = 12;
const classInternet = 1;
const flagResponse = 0x8000;
const flagsOpcode = 0x7800;
const flagTruncated = 0x0200;
const flagRecursionAvailable = 0x0080;
/** Kept from the query: opcode, recursion desired, checking disabled. */
const keptFlags = 0x7910;

export interface Question {
  readonly id: number;
  /** Lower case, without the dot at the end; empty for the root. */
  readonly name: string;
  readonly type: number;
  /** Where the question ends. */
  readonly end: number;
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Null for what is no plain query with one question in the Internet class. */
export function readQuestion(message: Uint8Array): Question | null {
  const found = readAnyQuestion(message);
  return found === null || found.inClass !== classInternet ? null : found.question;
}

/**
 * What is answered to a message that `readQuestion` can't read: its head with "format error", or with "not implemented"
 * where it is well-formed and asks for something else than plain names. Null: nothing, as to answers of others.
 */
export function rejectionOf(message: Uint8Array): Uint8Array | null {
  if (message.length < headerLength) return null;
  const data = view(message);
  const flags = data.getUint16(2);
  if ((flags & flagResponse) !== 0) return null;
  const known = (flags & flagsOpcode) === 0 && readAnyQuestion(message) === null;
  const bytes = Buffer.alloc(headerLength);
  bytes.writeUInt16BE(data.getUint16(0), 0);
  const code = known ? responseCode.format : responseCode.notImplemented;
  bytes.writeUInt16BE((flags & keptFlags) | flagResponse | flagRecursionAvailable | code, 2);
  return bytes;
}

function readAnyQuestion(message: Uint8Array): { question: Question; inClass: number } | null {
  if (message.length < headerLength) return null;
  const data = view(message);
  const flags = data.getUint16(2);
  if ((flags & flagResponse) !== 0 || (flags & flagsOpcode) !== 0 || data.getUint16(4) !== 1) return null;
  let name = '';
  let at = headerLength;
  for (let total = 0; ; ) {
    const length = message[at];
    // Pointers have no place in a question.
    if (length === undefined || length > 63 || at + 1 + length > message.length) return null;
    at += 1;
    if (length === 0) break;
    if (name !== '') name += '.';
    for (const end = at + length; at < end; at += 1) name += String.fromCharCode(message[at] ?? 0);
    total += length + 1;
    if (total > 254) return null;
  }
  if (at + 4 > message.length) return null;
  const question = { id: data.getUint16(0), name: lowered(name), type: data.getUint16(at), end: at + 4 };
  return { question, inClass: data.getUint16(at + 2) };
}

/** ASCII letters alone: DNS knows no others (RFC 4343). */
const lowered = (name: string): string => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/**
 * Bytes of a UDP answer that the asker takes: what it says in its OPT record (RFC 6891, 6.2.3), and 512 at least.
 * The record is looked for right behind the question, where all stub resolvers put it.
 */
export function udpLimit(message: Uint8Array, { end }: Question): number {
  const least = 512;
  if (message.length < end + 11) return least;
  const data = view(message);
  const alone = data.getUint16(6) === 0 && data.getUint16(8) === 0 && data.getUint16(10) > 0;
  if (!alone || data.getUint8(end) !== 0 || data.getUint16(end + 1) !== recordType.options) return least;
  return Math.min(Math.max(data.getUint16(end + 3), least), mostUdp);
}

/** What BIND sends at most; a container's loopback never cuts it up. */
const mostUdp = 4096;

/** A record that answers the question itself. */
export interface Answer {
  readonly type: number;
  /** Bytes of an address, or a name as `encodeName` gives it. */
  readonly data: Uint8Array;
}

/** Labels longer than 63 bytes are cut. */
export function encodeName(name: string): Uint8Array {
  const parts = name.split('.').filter((label) => label !== '');
  const bytes = parts.flatMap((label) => {
    const text = Buffer.from(label, 'latin1').subarray(0, 63);
    return [text.length, ...text];
  });
  return Uint8Array.from([...bytes, 0]);
}

/**
 * @param query the message that asks
 * @param limit bytes that the answer may have; records that don't fit are left out and the answer says so
 */
export function encodeResponse(
  query: Uint8Array,
  question: Question,
  options: { code: number; answers: readonly Answer[]; seconds: number; limit: number },
): Uint8Array {
  const { code, answers, seconds, limit } = options;
  let size = question.end;
  let count = 0;
  for (const { data } of answers) {
    if (size + recordHead + data.length > limit) break;
    size += recordHead + data.length;
    count += 1;
  }
  const bytes = Buffer.allocUnsafe(size);
  bytes.set(query.subarray(0, question.end));
  const kept = bytes.readUInt16BE(2) & keptFlags;
  const truncated = count < answers.length ? flagTruncated : 0;
  bytes.writeUInt16BE(kept | flagResponse | flagRecursionAvailable | truncated | code, 2);
  bytes.writeUInt16BE(1, 4);
  bytes.writeUInt16BE(count, 6);
  bytes.writeUInt32BE(0, 8);
  let at = question.end;
  for (const { type, data } of answers.slice(0, count)) {
    // The name is the one at the start of the question.
    bytes.writeUInt16BE(0xc000 | headerLength, at);
    bytes.writeUInt16BE(type, at + 2);
    bytes.writeUInt16BE(classInternet, at + 4);
    bytes.writeUInt32BE(seconds, at + 6);
    bytes.writeUInt16BE(data.length, at + 10);
    bytes.set(data, at + recordHead);
    at += recordHead + data.length;
  }
  return bytes;
}

/** The same message under another id. */
export function withId(message: Uint8Array, id: number): Uint8Array {
  const copy = Buffer.from(message);
  copy.writeUInt16BE(id, 0);
  return copy;
}

export const codeOf = (message: Uint8Array): number =>
  message.length < 4 ? -1 : view(message).getUint16(2) & 0xf;

export const idOf = (message: Uint8Array): number => (message.length < 2 ? -1 : view(message).getUint16(0));

/** True where an answer to the question may be: same id, a response, the same question. */
export function answersTo(query: Uint8Array, question: Question, answer: Uint8Array): boolean {
  if (answer.length < question.end || idOf(answer) !== idOf(query)) return false;
  if ((view(answer).getUint16(2) & flagResponse) === 0) return false;
  const [asked, said] = [query, answer].map((message) =>
    Buffer.from(message.subarray(headerLength, question.end)).toString('latin1').toLowerCase(),
  );
  return asked === said;
}

/** `4.3.2.1.in-addr.arpa` and `….ip6.arpa` as the address that is meant; null for other names. */
export function reverseAddress(name: string): string | null {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/.exec(name);
  if (four !== null) return `${four[4]}.${four[3]}.${four[2]}.${four[1]}`;
  const six = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name)?.[1];
  if (six === undefined) return null;
  const digits = six.split('.').reverse().join('');
  return (digits.match(/.{4}/g) ?? []).join(':');
}
