import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AnswerReader, request } from './forwarder-words.ts';

test('a request is 64 bytes, with both addresses as the kernel has them', () => {
  const bytes = request('open', 7, {
    proto: 'tcp',
    hostIp: '::1',
    hostPort: 8080,
    containerIp: '172.18.0.2',
    containerPort: 80,
  });
  assert.equal(bytes.length, 64);
  assert.deepEqual([bytes.readUInt32LE(0), bytes.readUInt32LE(4)], [1, 7]);
  // AF_INET6, port 8080, flow 0, ::1
  assert.equal(bytes.toString('hex', 8, 36), `0a001f90${'0'.repeat(8)}${'0'.repeat(31)}1${'0'.repeat(8)}`);
  assert.equal(bytes.toString('hex', 36, 44), '02000050ac120002');
  assert.throws(() =>
    request('open', 7, { proto: 'tcp', hostIp: 'x', hostPort: 1, containerIp: '::1', containerPort: 1 }),
  );
});

test('answers are whole wherever the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1, max: 133 })),
      fc.array(fc.integer({ min: 1, max: 9 })),
      (errnos, cuts) => {
        const bytes = Buffer.from(Int32Array.from(errnos).buffer);
        const reader = new AnswerReader();
        const read: number[] = [];
        let at = 0;
        for (const cut of [...cuts, bytes.length]) {
          read.push(...reader.push(bytes.subarray(at, at + cut)));
          at += cut;
        }
        assert.deepEqual(read, errnos);
      },
    ),
  );
});
