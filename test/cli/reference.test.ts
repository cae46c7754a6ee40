/** `docs/cli` says what the commands are: `MINKE_UPDATE=1 node --test test/cli/reference.test.ts` writes it anew. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { referencePages } from '../../src/cli/reference.ts';
import { root } from '../../src/cli/root.ts';

const folder = join(import.meta.dirname, '..', '..', 'docs', 'cli');

test('the reference is that of the commands', async () => {
  delete process.env.DOCKER_DEFAULT_PLATFORM;
  const pages = await referencePages(root);
  if (process.env.MINKE_UPDATE !== undefined) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of pages) writeFileSync(join(folder, name), text);
  }
  assert.deepEqual(readdirSync(folder).sort(), [...pages.keys()].sort());
  for (const [name, text] of pages) assert.equal(readFileSync(join(folder, name), 'utf8'), text, name);
});
