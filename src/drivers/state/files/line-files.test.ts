import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LineFiles } from './line-files.ts';

const roots: string[] = [];
after(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

function folder(): string {
  const root = mkdtempSync(join(tmpdir(), 'minke-lines-'));
  roots.push(root);
  return join(root, 'events');
}

const silent = (text: string): never => assert.fail(text);
const big = { fileBytes: 1 << 20, files: 8, warn: silent };

async function all(lines: LineFiles): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of lines.read(lines.start(0n), lines.end)) found.push(...batch);
  return found;
}

test('lines come back in order, also over chunk borders and with long lines', async () => {
  const lines = new LineFiles({ folder: folder(), ...big });
  const said = Array.from(
    { length: 500 },
    (_, i) => `${i} ${'ü'.repeat(i % 7 === 0 ? 60_000 / (i + 1) : 5)}`,
  );
  said.push('x'.repeat(200_000));
  for (const line of said) lines.append(`${line}\n`);
  assert.deepEqual(await all(lines), said);
  lines.close();
});

test('reading ends and begins at the given positions', async () => {
  const lines = new LineFiles({ folder: folder(), ...big });
  const first = lines.append('a\n');
  const second = lines.append('b\n');
  lines.append('c\n');
  const found: string[] = [];
  for await (const batch of lines.read(first, second)) found.push(...batch);
  assert.deepEqual(found, ['b']);
  lines.close();
});

test('files rotate at their size and the oldest go', async () => {
  const where = folder();
  const lines = new LineFiles({ folder: where, fileBytes: 10, files: 3, warn: silent });
  for (let i = 0; i < 10; i++) lines.append(`line ${i}\n`);
  assert.deepEqual(readdirSync(where).sort(), ['00000008.jsonl', '00000009.jsonl', '00000010.jsonl']);
  assert.deepEqual(await all(lines), ['line 7', 'line 8', 'line 9']);
  lines.close();
});

test('a half-written line is cut off at the next start, and appending goes on', async () => {
  const where = folder();
  const before = new LineFiles({ folder: where, ...big });
  before.append('whole\n');
  before.close();
  appendFileSync(join(where, '00000001.jsonl'), `half${'.'.repeat(100_000)}`);
  const lines = new LineFiles({ folder: where, ...big });
  lines.append('next\n');
  assert.deepEqual(await all(lines), ['whole', 'next']);
  lines.close();
});

test('old files are skipped by their time', async () => {
  const where = folder();
  const lines = new LineFiles({ folder: where, fileBytes: 5, files: 8, warn: silent });
  lines.append('old\n');
  lines.append('new\n');
  assert.deepEqual(lines.start(0n), { file: 1, offset: 0 });
  assert.deepEqual(lines.start(BigInt(Date.now() + 3_600_000) * 1_000_000n), { file: 2, offset: 0 });
  lines.close();
});

test('what stands in the place of the newest file is moved aside', async () => {
  const where = folder();
  mkdirSync(join(where, '00000001.jsonl'), { recursive: true });
  const heard: string[] = [];
  const lines = new LineFiles({ folder: where, ...big, warn: (text) => heard.push(text) });
  lines.append('next\n');
  assert.deepEqual(await all(lines), ['next']);
  lines.close();
  assert.match(heard.join(), /00000001\.jsonl can't be used \(EISDIR.*moved to .*00000001\.jsonl\.broken-/);
});
