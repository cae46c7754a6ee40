import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { engineId } from './engine-id.ts';

function folder(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), 'engine-id-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

const silent = (text: string): never => assert.fail(text);

test('an id is made once', (t) => {
  const root = folder(t);
  const id = engineId(root, silent);
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.equal(engineId(root, silent), id);
});

const DAMAGES: Readonly<Record<string, { readonly make: (path: string) => void; readonly told: RegExp }>> = {
  truncated: { make: (path) => writeFileSync(path, '0a1b2c'), told: /that is no id/ },
  unreadable: { make: (path) => mkdirSync(path), told: /EISDIR/ },
};

for (const [name, { make, told }] of Object.entries(DAMAGES)) {
  test(`a file that is ${name} is moved aside, and there is a new id`, (t) => {
    const root = folder(t);
    make(join(root, 'engine-id'));
    const heard: string[] = [];
    const id = engineId(root, (text) => heard.push(text));
    assert.equal(engineId(root, silent), id);
    assert.equal(heard.length, 1);
    assert.match(heard[0] ?? '', told);
    assert.match(heard[0] ?? '', /engine-id can't be used .*; it was moved to .*engine-id\.broken-/);
    assert.equal(readdirSync(root).length, 2);
  });
}
