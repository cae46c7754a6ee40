import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as v from 'valibot';
import { recordStoreSuite } from '../suite.ts';
import { FileRecords, type RecordLayout } from './file-records.ts';

const roots: string[] = [];
after(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

function freshRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'minke-records-'));
  roots.push(root);
  return join(root, 'store');
}

const flat: RecordLayout = { kind: 'flat', suffix: '.json' };
const nested: RecordLayout = { kind: 'nested', file: 'config.v2.json' };

for (const [name, layout, durable] of [
  ['files, flat', flat, false],
  ['files, nested', nested, false],
  ['files, durable', nested, true],
] as const) {
  recordStoreSuite(name, async () => {
    const root = freshRoot();
    return {
      open: (schema) => new FileRecords({ root, layout, schema, durable }),
      spoil: async (key, text) => {
        writeFileSync(
          layout.kind === 'flat' ? join(root, `${key}.json`) : join(root, key, layout.file),
          text,
        );
      },
    };
  });
}

const schema = v.object({ n: v.number() });

test('a fresh record is on disk when put returns, later ones when it resolves', async () => {
  const root = freshRoot();
  const store = new FileRecords({ root, layout: nested, schema });
  await store.load();
  const done = store.put('c1', { n: 1 });
  assert.deepEqual(readdirSync(join(root, 'c1')), ['config.v2.json']);
  await done;
  await store.put('c1', { n: 2 });
  assert.deepEqual(readdirSync(join(root, 'c1')), ['config.v2.json']);
});

test('changes within one turn are one write, of the last', async () => {
  const root = freshRoot();
  const store = new FileRecords({ root, layout: nested, schema });
  await store.load();
  await store.put('c1', { n: 1 });
  const first = store.put('c1', { n: 2 });
  assert.deepEqual(readdirSync(join(root, 'c1')), ['config.v2.json'], 'written at once');
  assert.deepEqual(await Promise.all([first, store.put('c1', { n: 3 })]), [undefined, undefined]);
  assert.deepEqual((await new FileRecords({ root, layout: nested, schema }).load()).records.get('c1'), {
    n: 3,
  });
  const put = store.put('c1', { n: 4 });
  await Promise.all([put, store.delete('c1')]);
  assert.deepEqual(readdirSync(root), []);
});

test('folders are 0700 and files 0600', async () => {
  const root = freshRoot();
  const store = new FileRecords({ root, layout: nested, schema });
  await store.load();
  await store.put('c1', { n: 1 });
  const mode = (path: string): number => statSync(path).mode & 0o777;
  assert.equal(mode(root), 0o700);
  assert.equal(mode(join(root, 'c1')), 0o700);
  assert.equal(mode(store.path('c1')), 0o600);
});

test('temporary files of a crash go at load; a folder with other files stays at delete', async () => {
  const root = freshRoot();
  mkdirSync(join(root, 'c1'), { recursive: true });
  writeFileSync(join(root, 'c1', 'config.v2.json.tmp'), '{"n":');
  writeFileSync(join(root, 'c1', 'c1-json.log'), 'line');
  const store = new FileRecords({ root, layout: nested, schema });
  const loaded = await store.load();
  assert.deepEqual(loaded.warnings, []);
  assert.deepEqual(readdirSync(join(root, 'c1')), ['c1-json.log']);
  await store.put('c1', { n: 1 });
  await store.put('c2', { n: 1 });
  await store.delete('c1');
  await store.delete('c2');
  assert.deepEqual(readdirSync(root), ['c1']);
  assert.deepEqual(readdirSync(join(root, 'c1')), ['c1-json.log']);
});

test('an empty folder of a removal or a creation that was cut off goes at load', async () => {
  const root = freshRoot();
  mkdirSync(join(root, 'c1'), { recursive: true });
  mkdirSync(join(root, 'c2'));
  writeFileSync(join(root, 'c2', 'config.v2.json.tmp'), '{"n":');
  mkdirSync(join(root, 'c3', 'data'), { recursive: true });
  const store = new FileRecords({ root, layout: nested, schema });
  assert.deepEqual(await store.load(), { records: new Map(), warnings: [] });
  assert.deepEqual(readdirSync(root), ['c3']);
});

test('a broken record keeps its content under another name', async () => {
  const root = freshRoot();
  const now = (): Date => new Date('2026-01-02T03:04:05.678Z');
  const store = new FileRecords({ root, layout: flat, schema, now });
  await store.load();
  await store.put('a', { n: 1 });
  writeFileSync(store.path('a'), '{"n":"one"}');
  const { warnings } = await new FileRecords({ root, layout: flat, schema, now }).load();
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /a\.json can't be used \(n: Invalid type/);
  assert.deepEqual(readdirSync(root), ['a.json.broken-2026-01-02T03-04-05-678Z']);
});

test('a failed write rejects, leaves no temporary file, and the next one works', async () => {
  const root = freshRoot();
  const store = new FileRecords({ root, layout: flat, schema });
  await store.load();
  mkdirSync(join(root, 'a.json'));
  await assert.rejects(store.put('a', { n: 1 }));
  assert.deepEqual(readdirSync(root), ['a.json']);
  rmSync(join(root, 'a.json'), { recursive: true });
  await store.put('a', { n: 2 });
  assert.deepEqual((await new FileRecords({ root, layout: flat, schema }).load()).records.get('a'), { n: 2 });
});
