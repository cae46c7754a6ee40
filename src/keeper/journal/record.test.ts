import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LineState } from '../../drivers/log/lines/line-state.ts';
import { Journal } from './journal.ts';
import { decodeRecord, type JournalRecord, page } from './record.ts';

/** Records with a usual prototype, as decoding makes them. */
const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(model, { noNullPrototype: true });

const line: fc.Arbitrary<LineState> = plain({
  pending: fc.uint8Array({ maxLength: 16_383 }).map((bytes) => Buffer.from(bytes)),
  partial: fc.option(
    plain({ time: fc.bigInt({ min: 0n, max: 2n ** 62n }), pieces: fc.integer({ min: 1, max: 9 }) }),
  ),
});
const record: fc.Arbitrary<JournalRecord> = plain({
  phase: fc.constantFrom('settled', 'taking', 'finishing'),
  stream: fc.constantFrom('stdout', 'stderr'),
  time: fc.bigInt({ min: 0n, max: 2n ** 62n }),
  offset: fc.maxSafeNat(),
  inode: fc.maxSafeNat(),
  skip: fc.nat(65_536),
  lines: plain({ stdout: line, stderr: line }),
});

test('what was written last is read, whatever came before', () => {
  const folder = mkdtempSync(join(tmpdir(), 'minke-journal-'));
  try {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), (records) => {
        const path = join(folder, 'journal');
        rmSync(path, { force: true });
        const { journal } = Journal.open(path);
        for (const each of records) journal.write(each);
        journal.close();
        const again = Journal.open(path);
        again.journal.close();
        assert.deepEqual(again.record, records.at(-1));
      }),
      { numRuns: 60 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('pending bytes that don’t fit into a page never overwrite those that are in force', () => {
  const folder = mkdtempSync(join(tmpdir(), 'minke-journal-'));
  const path = join(folder, 'journal');
  try {
    const state = (byte: number): JournalRecord => ({
      phase: 'settled',
      stream: 'stdout',
      time: 1n,
      offset: byte,
      inode: 1,
      skip: 0,
      lines: {
        stdout: { pending: Buffer.alloc(16_000, byte), partial: null },
        stderr: { pending: Buffer.alloc(16_000, byte), partial: null },
      },
    });
    const { journal } = Journal.open(path);
    journal.write(state(1));
    const head = Buffer.from(readFileSync(path).subarray(0, page));
    journal.write(state(2));
    journal.close();
    // A kill between the two writes: the new bytes are there, the head is the old one.
    const fd = openSync(path, 'r+');
    writeSync(fd, head, 0, head.length, 0);
    closeSync(fd);
    assert.deepEqual(decodeRecord(readFileSync(path)), state(1));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an empty journal is none', () => {
  assert.equal(decodeRecord(Buffer.alloc(0)), undefined);
  assert.equal(decodeRecord(Buffer.alloc(4096)), undefined);
});
