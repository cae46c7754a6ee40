/** Keys that let go of a terminal: `ctrl-p,ctrl-q`. */
import { invalid } from '../../../errors/minke-error.ts';

const special = '@abcdefghijklmnopqrstuvwxyz[\\]^_';

/** @throws invalid "Invalid escape keys (…) provided" */
export function parseDetachKeys(text: string): Buffer {
  const bytes = text.split(',').map((word) => {
    if (/^[\x21-\x7e]$/.test(word)) return word.charCodeAt(0);
    const key = /^ctrl-(.)$/i.exec(word)?.[1]?.toLowerCase() ?? '';
    const code = key === '' ? -1 : special.indexOf(key);
    if (code < 0) throw invalid(`Invalid escape keys (${text.slice(0, 64)}) provided`);
    return code;
  });
  return Buffer.from(bytes);
}

export const defaultDetachKeys: Buffer = parseDetachKeys('ctrl-p,ctrl-q');

/** Looks for the keys in what is typed, across chunks; keys that may be the start of them are held back. */
export class DetachScanner {
  readonly #keys: Buffer;
  #matched = 0;

  constructor(keys: Buffer) {
    this.#keys = keys;
  }

  /** What is to be passed on, and whether the keys were complete. */
  push(chunk: Buffer): { pass: Buffer; detached: boolean } {
    const passed: number[] = [];
    for (const byte of chunk) {
      if (byte === this.#keys[this.#matched]) {
        this.#matched++;
        if (this.#matched === this.#keys.length) return { pass: Buffer.from(passed), detached: true };
        continue;
      }
      passed.push(...this.#keys.subarray(0, this.#matched));
      this.#matched = byte === this.#keys[0] ? 1 : 0;
      if (this.#matched === 0) passed.push(byte);
      else if (this.#keys.length === 1) return { pass: Buffer.from(passed), detached: true };
    }
    return { pass: Buffer.from(passed), detached: false };
  }
}
