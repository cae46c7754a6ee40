import { createHash, randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { invalid } from '../../../errors/minke-error.ts';
import { RegistryError } from '../../errors.ts';
import { bcryptMatches, isBcrypt } from './bcrypt.ts';

/**
 * Users and their hashes. Empty lines and lines with `#` count for nothing.
 * @throws invalid, naming the line, where a hash is not bcrypt's (`htpasswd -B`); the hash is not shown
 */
export function parseHtpasswd(text: string, path: string): Map<string, string> {
  const users = new Map<string, string>();
  for (const [at, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const colon = line.indexOf(':');
    const hash = line.slice(colon + 1);
    if (colon < 1) throw invalid(`${path}: line ${at + 1}: USER:HASH is expected`);
    if (!isBcrypt(hash)) {
      throw invalid(
        `${path}: line ${at + 1}: the hash of ${line.slice(0, colon)} is not bcrypt (htpasswd -B)`,
      );
    }
    users.set(line.slice(0, colon), hash);
  }
  return users;
}

/** Milliseconds between two looks at the file. */
const LOOK_EVERY = 1000;
/** Milliseconds for which a good password need not be computed again. */
const REMEMBER = 5 * 60_000;
/** Computations at a time, and those that wait; more are told to come again. */
const AT_ONCE = 4;
const WAITING = 64;
/** Of nobody: computed where the user is not known, so that the time does not tell. */
const NOBODY = '$2y$10$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';

/** A file of users. It is read again when it changes; one that can't be read then leaves the users as they were. */
export class Htpasswd {
  readonly #path: string;
  #users: Map<string, string>;
  #stamp = '';
  #looked = 0;
  readonly #key = randomBytes(32);
  readonly #good = new Map<string, number>();
  readonly #checking = new Map<string, Promise<boolean>>();
  #running = 0;
  readonly #queue: (() => void)[] = [];
  readonly #complain: (error: unknown) => void;

  private constructor(path: string, users: Map<string, string>, complain: (error: unknown) => void) {
    this.#path = path;
    this.#users = users;
    this.#complain = complain;
  }

  /** @throws invalid for what `parseHtpasswd` refuses */
  static async open(path: string, complain: (error: unknown) => void): Promise<Htpasswd> {
    const file = new Htpasswd(path, parseHtpasswd(await readFile(path, 'utf8'), path), complain);
    file.#stamp = await stampOf(path);
    file.#looked = performance.now();
    return file;
  }

  async #look(): Promise<void> {
    if (performance.now() - this.#looked < LOOK_EVERY) return;
    this.#looked = performance.now();
    try {
      const stamp = await stampOf(this.#path);
      if (stamp === this.#stamp) return;
      this.#stamp = stamp;
      this.#users = parseHtpasswd(await readFile(this.#path, 'utf8'), this.#path);
      this.#good.clear();
    } catch (error) {
      this.#complain(error);
    }
  }

  /** @throws TOOMANYREQUESTS where too many passwords are being computed */
  async matches(user: string, password: string): Promise<boolean> {
    await this.#look();
    const hash = this.#users.get(user);
    const mark = createHash('sha256')
      .update(this.#key)
      .update(`${user.length}:${user}${password}${hash ?? ''}`)
      .digest('hex');
    if ((this.#good.get(mark) ?? 0) > performance.now()) return true;
    const running = this.#checking.get(mark);
    if (running !== undefined) return running;
    const checking = this.#compute(password, hash ?? NOBODY).then((fits) => fits && hash !== undefined);
    this.#checking.set(mark, checking);
    try {
      const fits = await checking;
      if (fits) this.#remember(mark);
      return fits;
    } finally {
      this.#checking.delete(mark);
    }
  }

  #remember(mark: string): void {
    this.#good.delete(mark);
    this.#good.set(mark, performance.now() + REMEMBER);
    for (const [oldest, until] of this.#good) {
      if (until > performance.now() && this.#good.size < 10_000) break;
      this.#good.delete(oldest);
    }
  }

  async #compute(password: string, hash: string): Promise<boolean> {
    if (this.#running >= AT_ONCE) {
      if (this.#queue.length >= WAITING) {
        throw new RegistryError('TOOMANYREQUESTS', 'too many logins at once', {
          headers: { 'retry-after': '5' },
        });
      }
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    }
    this.#running += 1;
    try {
      return await bcryptMatches(password, hash);
    } finally {
      this.#running -= 1;
      this.#queue.shift()?.();
    }
  }
}

async function stampOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path);
  return `${mtimeMs} ${size} ${ino}`;
}
