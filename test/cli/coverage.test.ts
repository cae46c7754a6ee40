/**
 * Docker's commands and flags beside ours: nothing of a command that is there may be missing, and docs/compat/cli.md says
 * what is. `MINKE_UPDATE=1` writes it anew.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { coverage, page } from '../../scripts/cli-coverage.ts';

const found = await coverage();

for (const { name, refused, missing, flags } of found.rows)
  test(`docker ${name}`, () => {
    if (refused !== undefined)
      return assert.match(refused, /^minke: '\w+' (is not there yet|needs the plugin)/);
    assert.deepEqual(missing, []);
    assert.deepEqual(
      flags.filter(({ accepted }) => !accepted).map((flag) => flag.name),
      [],
    );
    return undefined;
  });

test('the table says so', () => {
  const file = join(import.meta.dirname, '..', '..', 'docs', 'compat', 'cli.md');
  if (process.env.MINKE_UPDATE !== undefined) writeFileSync(file, page(found));
  assert.equal(readFileSync(file, 'utf8'), page(found));
});
