/** Small archives that pretend to be huge: refused, with memory and disk as they were. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { createGzip, zstdCompressSync } from 'node:zlib';
import { ScratchFiles } from '../../../src/drivers/state/files/scratch-files.ts';
import { encodeHeader } from '../../../src/kit/tar/encode-header.ts';
import { Disk, file, messages, startImages, tarOf } from '../../harness/images/memory-service.ts';

const folder = mkdtempSync(join(tmpdir(), 'minke-bombs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

class RealScratch extends Disk {
  override readonly scratch = Object.assign(new ScratchFiles(folder), { open: 0 });
}

async function refused(archive: Readable, message: RegExp): Promise<void> {
  const { images } = await startImages(new RealScratch());
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  try {
    await assert.rejects(messages(images.load(archive, { quiet: true })), message);
  } finally {
    clearInterval(watch);
  }
  assert.ok(most - before < 128 << 20, `${(most - before) >> 20} MiB`);
  assert.deepEqual(readdirSync(folder), []);
}

/** `bytes` zeros behind a start, compressed on the way. */
function packedZeros(start: Buffer, bytes: number): Readable {
  const gzip = createGzip({ level: 9 });
  const zeros = Buffer.alloc(1 << 20);
  const feed = async (): Promise<void> => {
    gzip.write(start);
    for (let at = 0; at < bytes && !gzip.destroyed; at += zeros.length) {
      if (!gzip.write(zeros)) await once(gzip, 'drain');
    }
    gzip.end();
  };
  feed().catch(() => {});
  return gzip;
}

test('10 GiB of zeros in a few MiB of gzip', { timeout: 300_000 }, async () => {
  await refused(packedZeros(Buffer.alloc(0), 10 * 2 ** 30), /./);
});

test('a manifest of 300 MiB', { timeout: 300_000 }, async () => {
  const header = encodeHeader({ name: 'manifest.json', type: 'file', size: 300 << 20 });
  await refused(packedZeros(header, (300 << 20) + 1024), /manifest.json is larger than 4194304 bytes/);
});

test('a pax record of 1 GiB', { timeout: 300_000 }, async () => {
  const header = encodeHeader({ name: 'x', type: 'file', size: 2 ** 30 - 1 });
  header[156] = 0x78;
  let sum = 0;
  header.fill(0x20, 148, 156);
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  await refused(packedZeros(header, 2 ** 30), /./);
});

test('a zstd frame cut short, and one that never ends', { timeout: 300_000 }, async () => {
  const packed = zstdCompressSync(await tarOf([file('manifest.json', '[]')]));
  await refused(Readable.from([packed.subarray(0, packed.length - 4)]), /./);
  const endless = Readable.from(
    (function* () {
      yield packed.subarray(0, 9);
      for (let i = 0; i < 1000; i++) yield Buffer.alloc(1 << 16);
    })(),
  );
  await refused(endless, /./);
});
