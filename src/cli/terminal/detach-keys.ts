/** `ctrl-p,ctrl-q` to bytes. Throws with Docker's words. */
export function detachBytes(keys: string): Buffer {
  const codes: number[] = [];
  for (const key of keys.split(',')) {
    if ([...key].length === 1 && key.length === 1) {
      codes.push(key.charCodeAt(0));
      continue;
    }
    const named = /^ctrl-([a-z@[\\\]^_])$/.exec(key.toLowerCase())?.[1];
    if (named === undefined) throw new Error(`Unknown character: '${key}'`);
    codes.push(named.toUpperCase().charCodeAt(0) & 0x1f);
  }
  return Buffer.from(codes);
}

/** Throws where the keys can't be read; empty ones mean the default. */
export function checkDetachKeys(keys: string): void {
  if (keys === '') return;
  try {
    detachBytes(keys);
  } catch (error) {
    throw new Error(`invalid detach keys (${keys}): ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

export const defaultDetachKeys = 'ctrl-p,ctrl-q';

/** Finds the sequence in typed bytes. Those that may begin it are held back until it is clear that they don't. */
export class DetachWatcher {
  readonly #keys: Buffer;
  #matched = 0;

  constructor(keys: Buffer) {
    this.#keys = keys;
  }

  /** What to pass on, and whether the sequence is complete. */
  push(data: Buffer): { readonly pass: Buffer; readonly detached: boolean } {
    const pass: number[] = [];
    for (const byte of data) {
      if (byte === this.#keys[this.#matched]) {
        this.#matched++;
        if (this.#matched === this.#keys.length) return { pass: Buffer.from(pass), detached: true };
        continue;
      }
      pass.push(...this.#keys.subarray(0, this.#matched));
      this.#matched = byte === this.#keys[0] ? 1 : 0;
      if (this.#matched === 0) pass.push(byte);
    }
    return { pass: Buffer.from(pass), detached: false };
  }
}
