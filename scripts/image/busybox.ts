/**
 * Writes busybox:latest as a tar for `load`.
 * Usage: sh scripts/with-node.sh scripts/image/busybox.ts OUT.tar
 */
import { createWriteStream, existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { makeBusybox } from '../../src/cli/image-make/busybox.ts';

const [out] = process.argv.slice(2);
const binary = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
if (out === undefined || binary === undefined) {
  console.error(
    out === undefined
      ? 'usage: busybox.ts OUT.tar'
      : 'no busybox here: sh scripts/install-host-packages.sh image',
  );
  process.exit(2);
}
await pipeline(await makeBusybox({ binary, tag: 'busybox:latest' }), createWriteStream(out));
