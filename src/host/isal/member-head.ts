/** The head of a gzip member (RFC 1952, 2.3), which may come in any pieces. */
import { crc32 } from 'node:zlib';
import { invalid } from '../../errors/minke-error.ts';

const flag = { checksum: 0x02, extra: 0x04, name: 0x08, comment: 0x10, unknown: 0xe0 };
const deflateMethod = 8;

type Step = 'fixed' | 'extraLength' | 'extra' | 'name' | 'comment' | 'checksum' | 'done';

const order: readonly (readonly [Step, number])[] = [
  ['extraLength', flag.extra],
  ['name', flag.name],
  ['comment', flag.comment],
  ['checksum', flag.checksum],
];

const damaged = (why: string): Error => invalid(`decompression failed: ${why}`);

export class MemberHead {
  #step: Step = 'fixed';
  /** Bytes of the field that is being read, and how many of them are there; of `extra`, how many are left. */
  #field = Buffer.alloc(10);
  #count = 0;
  #flags = 0;
  #checksum = 0;

  get isWhole(): boolean {
    return this.#step === 'done';
  }

  /** Answers how many bytes belong to the head. Throws `invalid`. */
  take(input: Buffer): number {
    let at = 0;
    while (at < input.length && this.#step !== 'done') at += this.#part(input.subarray(at));
    return at;
  }

  #part(input: Buffer): number {
    switch (this.#step) {
      case 'extra':
        return this.#skip(input, Math.min(this.#count, input.length));
      case 'name':
      case 'comment':
        return this.#text(input);
      default:
        return this.#gather(input);
    }
  }

  #gather(input: Buffer): number {
    const taken = input.copy(this.#field, this.#count);
    this.#count += taken;
    if (this.#count === this.#field.length) this.#read(this.#field);
    return taken;
  }

  #read(field: Buffer): void {
    if (this.#step === 'checksum') {
      if (field.readUInt16LE() !== (this.#checksum & 0xffff)) throw damaged('header crc mismatch');
      this.#next();
      return;
    }
    this.#checksum = crc32(field, this.#checksum);
    if (this.#step === 'extraLength') {
      this.#step = 'extra';
      this.#count = field.readUInt16LE();
      if (this.#count === 0) this.#next();
      return;
    }
    const [first, second, method, flags = 0] = field;
    if (first !== 0x1f || second !== 0x8b) throw damaged('incorrect header check');
    if (method !== deflateMethod) throw damaged('unknown compression method');
    if ((flags & flag.unknown) !== 0) throw damaged('unknown header flags set');
    this.#flags = flags;
    this.#next();
  }

  #skip(input: Buffer, length: number): number {
    this.#checksum = crc32(input.subarray(0, length), this.#checksum);
    this.#count -= length;
    if (this.#count === 0) this.#next();
    return length;
  }

  #text(input: Buffer): number {
    const end = input.indexOf(0);
    const length = end === -1 ? input.length : end + 1;
    this.#checksum = crc32(input.subarray(0, length), this.#checksum);
    if (end !== -1) this.#next();
    return length;
  }

  /** To the next part that the flags tell of. */
  #next(): void {
    const now = this.#step === 'extra' ? 'extraLength' : this.#step;
    const behind = order.slice(order.findIndex(([step]) => step === now) + 1);
    this.#step = behind.find(([, bit]) => (this.#flags & bit) !== 0)?.[0] ?? 'done';
    this.#field = Buffer.alloc(2);
    this.#count = 0;
  }
}
