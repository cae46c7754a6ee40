/** Manual pages: one a command, and nothing in them that a formatter would take for its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { manualPages } from '../../src/cli/manual.ts';
import { root } from '../../src/cli/root.ts';
import { everyCommand } from '../../src/cli/tree.ts';

const all = await manualPages(root, '1.2.3');
const leads = [...all].filter(([, text]) => text.startsWith('.so '));
const pages = new Map([...all].filter(([, text]) => !text.startsWith('.so ')));

/** Requests that the pages use. */
const requests = /^\.(TH|SH|TP|BR|nf|fi)( |$)/;

test('every command has its page, named in the overview', () => {
  assert.equal(pages.size, everyCommand(root).length + 1);
  const overview = pages.get('minke.1') ?? '';
  for (const name of pages.keys())
    if (name !== 'minke.1')
      assert.ok(overview.includes(`.BR ${name.slice(0, -2).replaceAll('-', '\\-')} (1)`), name);
});

test('a shortcut leads to the page of its command', () => {
  assert.equal(all.get('minke-run.1'), '.so man1/minke-container-run.1\n');
  assert.equal(leads.length, root.entries.filter(({ kind }) => kind === 'shortcut').length);
  for (const [name, text] of leads) assert.ok(pages.has(text.slice('.so man1/'.length).trim()), name);
});

for (const [name, text] of pages)
  test(name, () => {
    for (const line of text.split('\n')) {
      if (line.startsWith('.')) assert.match(line, requests);
      assert.doesNotMatch(line, /^'/);
      // A backslash begins a font, a dash, a quote, or stands for itself.
      assert.doesNotMatch(line.replaceAll(/\\(e|-|&|\(dq|f[BIR]|\[u[0-9A-F]+\])/g, ''), /\\/);
    }
  });

const groff = spawnSync('groff', ['--version']).status === 0;

test('groff has nothing to complain of', { skip: groff ? false : 'groff is not installed' }, () => {
  const input = [...pages.values()].join('');
  const { status, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z'], { input, encoding: 'utf8' });
  assert.deepEqual([status, stderr], [0, '']);
});
