import { timingSafeEqual } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { Blowfish, keyWords } from './blowfish.ts';

const ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** "OrpheanBeholderScryDoubt", what is enciphered. */
const TEXT = Buffer.from('OrpheanBeholderScryDoubt');
const form = /^\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/;
/** Milliseconds of work between two looks at what else there is to do. */
const SLICE = 8;

function decode(text: string): Buffer {
  const standard = Array.from(text, (char) => STANDARD[ALPHABET.indexOf(char)]).join('');
  return Buffer.from(standard, 'base64');
}

/** Cost between 4 and 16, in one of bcrypt's spellings. */
export function isBcrypt(hash: string): boolean {
  const cost = Number(form.exec(hash)?.[1] ?? 0);
  return cost >= 4 && cost <= 16;
}

/**
 * Whether the password has that hash (`$2y$05$…`). Costs what the hash says, in slices: other requests go on. As
 * everywhere, only the first 72 bytes of a password count.
 */
export async function bcryptMatches(password: string, hash: string): Promise<boolean> {
  const [, cost = '', saltText = '', digestText = ''] = form.exec(hash) ?? [];
  if (!isBcrypt(hash)) return false;
  const saltBytes = decode(saltText).subarray(0, 16);
  const salt = Uint32Array.from({ length: 4 }, (_, at) => saltBytes.readUInt32BE(at * 4));
  const zeroEnded = Buffer.from(`${password}\0`).subarray(0, 72);
  const key = keyWords(zeroEnded);
  const saltKey = keyWords(saltBytes);
  const cipher = new Blowfish();
  cipher.expand(key, salt);
  let until = performance.now() + SLICE;
  for (let round = 0; round < 2 ** Number(cost); round += 1) {
    cipher.expand(key);
    cipher.expand(saltKey);
    if (performance.now() > until) {
      await turn();
      until = performance.now() + SLICE;
    }
  }
  const out = Buffer.alloc(24);
  for (let at = 0; at < 24; at += 8) {
    const [left, right] = cipher.encipherMuch(TEXT.readUInt32BE(at), TEXT.readUInt32BE(at + 4));
    out.writeUInt32BE(left, at);
    out.writeUInt32BE(right, at + 4);
  }
  // The last byte is not kept in the text.
  return timingSafeEqual(out.subarray(0, 23), decode(digestText).subarray(0, 23));
}
