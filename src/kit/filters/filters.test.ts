import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkFilterNames,
  flagOf,
  matchesExactly,
  matchesLabels,
  matchesPattern,
  matchesPrefix,
  matchesPruneLabels,
} from './filters.ts';

const of = (entries: Record<string, string[]>): ReadonlyMap<string, readonly string[]> =>
  new Map(Object.entries(entries));

test('an absent filter accepts everything', () => {
  assert.ok(matchesExactly(of({}), 'name', 'x'));
  assert.ok(matchesPrefix(of({}), 'name', 'x'));
  assert.ok(matchesPattern(of({ name: [] }), 'name', 'x'));
  assert.ok(matchesLabels(of({}), 'label', null));
  assert.ok(matchesPruneLabels(of({}), {}));
});

test('one value of a name is enough, and how it is compared', () => {
  const filters = of({ name: ['web', 'd.$'] });
  assert.ok(matchesExactly(filters, 'name', 'web'));
  assert.ok(!matchesExactly(filters, 'name', 'web2'));
  assert.ok(matchesPrefix(filters, 'name', 'web2'));
  assert.ok(!matchesPrefix(filters, 'name', 'myweb'));
  assert.ok(matchesPattern(filters, 'name', 'myweb2'));
  assert.ok(matchesPattern(filters, 'name', 'my-db'));
  assert.ok(!matchesPattern(filters, 'name', 'cache'));
});

test('labels must all be there; prune can ask for their absence', () => {
  const labels = { a: '1', b: '' };
  assert.ok(matchesLabels(of({ label: ['a', 'b='] }), 'label', labels));
  assert.ok(!matchesLabels(of({ label: ['a', 'c'] }), 'label', labels));
  assert.ok(!matchesLabels(of({ label: ['a=2'] }), 'label', labels));
  assert.ok(!matchesLabels(of({ label: ['toString'] }), 'label', labels));
  assert.ok(matchesPruneLabels(of({ 'label!': ['c'] }), labels));
  assert.ok(!matchesPruneLabels(of({ 'label!': ['a=1'] }), labels));
});

test('flags', () => {
  assert.equal(flagOf(of({}), 'dangling', true), true);
  assert.equal(flagOf(of({ dangling: ['0'] }), 'dangling', true), false);
  assert.equal(flagOf(of({ dangling: ['true'] }), 'dangling', false), true);
  assert.throws(
    () => flagOf(of({ dangling: ['maybe'] }), 'dangling', true),
    /^MinkeError: invalid filter 'dangling=\[maybe\]'$/,
  );
  assert.throws(
    () => flagOf(of({ dangling: ['0', '1'] }), 'dangling', true),
    /invalid filter 'dangling=\[0 1\]'/,
  );
});

test('unknown names', () => {
  checkFilterNames(of({ label: ['x'] }), ['label']);
  assert.throws(() => checkFilterNames(of({ foo: ['x'] }), ['label']), /invalid filter 'foo'/);
});
