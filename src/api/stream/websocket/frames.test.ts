import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeFrame, FrameDecoder, WebSocketFault } from './frames.ts';

/** A client's frame: the server's, masked. */
function masked(opcode: number, payload: Buffer, mask: Buffer): Buffer {
  const plain = encodeFrame(opcode, payload);
  const head = plain.subarray(0, plain.length - payload.length);
  head[1] = (head[1] ?? 0) | 0x80;
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ (mask[index & 3] ?? 0))]);
}

test('what is encoded is decoded, in any pieces', () => {
  const payloads = fc.array(fc.uint8Array({ maxLength: 70_000, size: 'max' }), { maxLength: 3 });
  const mask = fc.uint8Array({ minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(payloads, mask, fc.integer({ min: 1, max: 50_000 }), (given, key, step) => {
      const frames = given.map((payload) => masked(2, Buffer.from(payload), Buffer.from(key)));
      const bytes = Buffer.concat(frames);
      const decoder = new FrameDecoder(1 << 20);
      const found: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += step)
        for (const { payload } of decoder.push(bytes.subarray(at, at + step))) found.push(payload);
      assert.deepEqual(
        found.map((payload) => payload.toString('hex')),
        given.map((payload) => Buffer.from(payload).toString('hex')),
      );
    }),
    { numRuns: 30 },
  );
});

test('anything is frames or a fault of the protocol', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        for (const frame of new FrameDecoder(100).push(Buffer.from(bytes)))
          assert.ok(frame.payload.length <= 100);
      } catch (error) {
        assert.ok(error instanceof WebSocketFault);
      }
    }),
  );
});
