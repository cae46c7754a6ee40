/**
 * Blowfish (Schneier 1993) with the key schedule of bcrypt (Provos and Mazières 1999): what `htpasswd -B` makes. Its
 * tables are the fraction of pi in hexadecimal, computed here at first use.
 */
const ROUNDS = 16;
const P_WORDS = ROUNDS + 2;
const S_WORDS = 4 * 256;

/** The first `count` words of 32 bits of pi's fraction, by Machin's formula: pi = 16 atan(1/5) - 4 atan(1/239). */
function wordsOfPi(count: number): Uint32Array {
  const bits = BigInt(count * 32);
  const guard = 64n;
  const one = 1n << (bits + guard);
  const atanOfInverse = (x: bigint): bigint => {
    const square = x * x;
    let power = one / x;
    let sum = power;
    for (let k = 3n, sign = -1n; power > 0n; k += 2n, sign = -sign) {
      power /= square;
      sum += (sign * power) / k;
    }
    return sum;
  };
  const pi = (16n * atanOfInverse(5n) - 4n * atanOfInverse(239n)) >> guard;
  const hex = (pi - (3n << bits)).toString(16).padStart(count * 8, '0');
  return Uint32Array.from({ length: count }, (_, at) => Number.parseInt(hex.slice(at * 8, at * 8 + 8), 16));
}

let tables: Uint32Array | undefined;

/** The state of one computation. */
export class Blowfish {
  readonly #p: Uint32Array;
  readonly #s: Uint32Array;
  #left = 0;
  #right = 0;

  constructor() {
    tables ??= wordsOfPi(P_WORDS + S_WORDS);
    this.#p = tables.slice(0, P_WORDS);
    this.#s = tables.slice(P_WORDS);
  }

  #encipher(): void {
    const p = this.#p;
    const s = this.#s;
    let left = this.#left ^ (p[0] ?? 0);
    let right = this.#right;
    for (let round = 1; round <= ROUNDS; round += 2) {
      right ^=
        (((((s[left >>> 24] ?? 0) + (s[256 + ((left >>> 16) & 255)] ?? 0)) ^
          (s[512 + ((left >>> 8) & 255)] ?? 0)) +
          (s[768 + (left & 255)] ?? 0)) |
          0) ^
        (p[round] ?? 0);
      left ^=
        (((((s[right >>> 24] ?? 0) + (s[256 + ((right >>> 16) & 255)] ?? 0)) ^
          (s[512 + ((right >>> 8) & 255)] ?? 0)) +
          (s[768 + (right & 255)] ?? 0)) |
          0) ^
        (p[round + 1] ?? 0);
    }
    this.#left = right ^ (p[ROUNDS + 1] ?? 0);
    this.#right = left;
  }

  /** Works the key in, and the salt (four words) where there is one. */
  expand(key: Uint32Array, salt?: Uint32Array): void {
    for (let at = 0; at < P_WORDS; at += 1) this.#p[at] = (this.#p[at] ?? 0) ^ (key[at] ?? 0);
    this.#left = 0;
    this.#right = 0;
    let turn = 0;
    for (const table of [this.#p, this.#s]) {
      for (let at = 0; at < table.length; at += 2) {
        if (salt !== undefined) {
          this.#left ^= salt[turn] ?? 0;
          this.#right ^= salt[turn + 1] ?? 0;
          turn ^= 2;
        }
        this.#encipher();
        table[at] = this.#left;
        table[at + 1] = this.#right;
      }
    }
  }

  /** Two words enciphered 64 times. */
  encipherMuch(left: number, right: number): readonly [number, number] {
    this.#left = left;
    this.#right = right;
    for (let times = 0; times < 64; times += 1) this.#encipher();
    return [this.#left >>> 0, this.#right >>> 0];
  }
}

/** The key's bytes over and over, as words; `bytes` must not be empty. */
export function keyWords(bytes: Uint8Array): Uint32Array {
  let at = 0;
  return Uint32Array.from({ length: P_WORDS }, () => {
    let word = 0;
    for (let byte = 0; byte < 4; byte += 1) {
      word = ((word << 8) | (bytes[at] ?? 0)) >>> 0;
      at = (at + 1) % bytes.length;
    }
    return word;
  });
}
