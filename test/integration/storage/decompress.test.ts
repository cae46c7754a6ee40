import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { decompressByPrograms } from '../../../src/host/decompress/programs.ts';
import { posixProcesses } from '../../../src/host/process/posix/posix-processes.ts';
import { decompress } from '../../../src/kit/compression/decompress.ts';

const plain = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 7919) % 251));
const external = decompressByPrograms(posixProcesses);

for (const kind of ['xz', 'bzip2'] as const) {
  const packed = execFileSync(kind, ['-c'], { input: plain });

  test(`${kind}, whole`, async () => {
    const { stream, compression } = await decompress(
      Readable.from([packed.subarray(0, 10), packed.subarray(10)]),
      external,
    );
    assert.equal(compression, kind);
    assert.deepEqual(await buffer(stream), plain);
  });

  test(`${kind}, cut and damaged`, async () => {
    const damaged = Buffer.from(packed);
    damaged.fill(0x55, packed.length >> 1, (packed.length >> 1) + 40);
    for (const bad of [packed.subarray(0, packed.length - 20), damaged])
      await assert.rejects(
        decompress(Readable.from([bad]), external).then(({ stream }) => buffer(stream)),
        { kind: 'invalid' },
      );
  });

  test(`${kind}, the source breaks`, async () => {
    const source = new Readable({ read() {} });
    source.push(packed.subarray(0, 100));
    const { stream } = await decompress(source, external);
    setTimeout(() => source.destroy(new Error('connection lost')), 20);
    await assert.rejects(buffer(stream), /connection lost/);
  });

  test(`${kind}, the reader leaves`, { timeout: 120_000 }, async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield packed;
      })(),
      { objectMode: false },
    );
    const { stream } = await decompress(endless, external);
    for await (const _ of stream) break;
    if (!endless.closed) await once(endless, 'close');
  });
}
