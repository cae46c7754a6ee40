/**
 * gzip (RFC 1952) to plain bytes by ISA-L, in whatever pieces it comes. The verdicts are those of Node's zlib, but for
 * code tables with gaps that no data use: zlib refuses them.
 */
import { invalid } from '../../errors/minke-error.ts';
import { type Isal, putAddress } from './library.ts';
import { MemberHead } from './member-head.ts';

/** `struct inflate_state`: 87,368 bytes; where its members lie. */
const stateSize = 96 * 1024;
const at = { nextOut: 0, availOut: 8, nextIn: 16, availIn: 32, blockState: 21_160, crcFlag: 21_172 };
/** `ISAL_GZIP_NO_HDR_VER`: checksum and length are its matter; not the head, of which it checks less than zlib. */
const checked = 6;
/** `ISAL_BLOCK_FINISH` */
const finished = 5;

const outputSize = 1024 * 1024;

const complaints = new Map([
  [-1, 'invalid block type'],
  [-2, 'invalid code'],
  [-3, 'invalid distance too far back'],
  [-6, 'incorrect data check'],
]);

export class Inflate {
  readonly #isal: Isal;
  readonly #state = Buffer.alloc(stateSize);
  readonly #output = Buffer.allocUnsafeSlow(outputSize);
  /** Where the input stands: in a member, behind one, or where nothing counts any more. */
  #place: 'inside' | 'behind' | 'over' = 'inside';
  #head = new MemberHead();

  constructor(isal: Isal) {
    this.#isal = isal;
    isal.inflateInit(this.#state);
    this.#state.writeUInt32LE(checked, at.crcFlag);
  }

  /** What the piece gives; each chunk is good until the next is asked for. Throws `invalid` on damaged data. */
  *write(piece: Buffer): Generator<Buffer> {
    for (let rest = piece; this.#goesOn(rest); ) {
      rest = rest.subarray(this.#head.take(rest));
      if (!this.#head.isWhole) return;
      const { code, taken, made } = this.#step(rest);
      if (code < 0) throw invalid(`decompression failed: ${complaints.get(code) ?? `error ${code}`}`);
      rest = rest.subarray(taken);
      if (made > 0) yield this.#output.subarray(0, made);
      if (this.#state.readUInt32LE(at.blockState) === finished) this.#place = 'behind';
      // With room left, all that can be made of the input is made.
      else if (made < outputSize && rest.length === 0) return;
      else if (made === 0 && taken === 0) throw invalid('decompression failed: no end of the data');
    }
  }

  /** Nothing comes any more. Throws `invalid` where something is missing. */
  end(): void {
    if (this.#place === 'inside') throw invalid('decompression failed: unexpected end of file');
  }

  /** Behind a member comes another, or zeros, and whatever stands behind those does not count. */
  #goesOn(rest: Buffer): boolean {
    if (this.#place === 'behind' && rest.length > 0) {
      this.#place = rest[0] === 0 ? 'over' : 'inside';
      this.#isal.inflateReset(this.#state);
      this.#head = new MemberHead();
    }
    return this.#place === 'inside';
  }

  #step(input: Buffer): { code: number; taken: number; made: number } {
    const state = this.#state;
    putAddress(state, at.nextIn, input);
    state.writeUInt32LE(input.length, at.availIn);
    putAddress(state, at.nextOut, this.#output);
    state.writeUInt32LE(outputSize, at.availOut);
    const code = this.#isal.inflate(state);
    return {
      code,
      taken: input.length - state.readUInt32LE(at.availIn),
      made: outputSize - state.readUInt32LE(at.availOut),
    };
  }
}
