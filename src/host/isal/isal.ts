/** ISA-L, where it is there and does what it should: tried once a thread. */
import { deflate } from './deflate.ts';
import { Inflate } from './inflate.ts';
import { type Isal, openIsal } from './library.ts';

/** Structures that lay elsewhere would be found out by this. */
function doesIt(isal: Isal): boolean {
  const plain = Buffer.alloc(200_000, 'a text that is long enough for a block, ');
  for (let place = 0; place < plain.length; place += 97) plain[place] = place % 251;
  const inflate = new Inflate(isal);
  const packed = Buffer.concat([...deflate(isal, [plain])].map((piece) => Buffer.from(piece)));
  const back = [...inflate.write(packed)].map((piece) => Buffer.from(piece));
  inflate.end();
  return packed.length < plain.length && Buffer.concat(back).equals(plain);
}

function tried(): Isal | null {
  const isal = openIsal();
  try {
    return isal !== null && doesIt(isal) ? isal : null;
  } catch {
    return null;
  }
}

let known: Isal | null | undefined;

export function isal(): Isal | null {
  if (known === undefined) known = tried();
  return known;
}
