/** Sizes, ages and templates, held against Go's as Docker's own client showed them (fixtures/formats.json). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { humanDuration, humanSize } from '../../src/cli/format/units.ts';
import { executeInspect } from '../../src/cli/inspect/inspect.ts';
import { compile } from '../../src/cli/template/execute.ts';
import { data } from './record/format-cases.ts';

interface Recorded {
  readonly sizes: readonly (readonly [number, string])[];
  readonly ages: readonly (readonly [number, string])[];
  readonly templates: readonly (readonly [string, string])[];
}

const recorded: Recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures', 'formats.json'), 'utf8'),
);

test('sizes', () => {
  for (const [size, shown] of recorded.sizes) assert.equal(humanSize(size, 3), shown, String(size));
});

test('ages', () => {
  for (const [age, shown] of recorded.ages)
    assert.equal(`${humanDuration(age * 1000)} ago`, shown, String(age));
});

const source = JSON.stringify({ Zzz: data });

async function ours(template: string): Promise<string> {
  try {
    let compiled: ReturnType<typeof compile>;
    try {
      compiled = compile(template);
    } catch (error) {
      throw new Error(`template parsing error: ${error instanceof Error ? error.message : error}`);
    }
    return `${await executeInspect(compiled, { source })}\n`;
  } catch (error) {
    return `error: ${error instanceof Error ? error.message : error}\n`;
  }
}

/** Where ours differs on purpose. */
const other: Readonly<Record<string, string>> = {
  '': 'no template is no template',
  '{{json .x}}': 'the order of the daemon is kept, as Docker does for objects that it knows',
  '{{json .x.m}} {{json .x.html}} {{json .x.uni}}': 'the same',
  '{{$}}x': 'Docker shows a Go structure here',
  '{{len .x.n}}': 'numbers are texts in what Docker does not know',
  '{{join .x.l ","}} {{join .x.l ""}}': 'lists of what Docker does not know can not be joined there',
  '{{eq 1 1.0}}': 'one kind of number',
  '{{index .x.l "a"}}': 'other words',
  '{{call .x.s}}': 'other words',
  '{{upper 5}}': 'other words',
  '{{join 5 ","}}': 'other words',
};

for (const [template, shown] of recorded.templates)
  test(`template ${template}`, async (t) => {
    const reason = other[template];
    if (reason !== undefined) return t.skip(reason);
    assert.equal(await ours(template.replaceAll('.x', '.Zzz')), shown);
    return undefined;
  });
