/**
 * Writes an image of Debian with packages as a tar for `load`.
 * Usage: sh scripts/with-node.sh scripts/image/debian.ts OUT.tar TAG [PACKAGE ...]
 */
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { makeDebian } from '../../src/cli/image-make/debian.ts';
import { keptBelow, keptFor } from '../../src/cli/image-make/kept.ts';

const [out, tag, ...packages] = process.argv.slice(2);
if (out === undefined || tag === undefined) {
  console.error('usage: debian.ts OUT.tar TAG [PACKAGE ...]');
  process.exit(2);
}
const archive = await makeDebian({
  packages,
  tag,
  changes: [],
  cache: keptBelow(process.env),
  maxAge: keptFor,
  onProgress: (line) => console.error(line),
});
await pipeline(archive, createWriteStream(out));
