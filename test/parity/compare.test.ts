import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, diffLines } from './compare.ts';
import type { Transcript } from './contract.ts';

const transcript = (...lines: string[]): Transcript => ({
  case: 'a/b',
  turns: [{ step: 'docker ps', lines }],
});

test('equal transcripts are the same', () => {
  assert.equal(compare(transcript('exit 0', 'x'), transcript('exit 0', 'x'), []).verdict, 'same');
});

test('a difference is shown with both sides', () => {
  const { verdict, diff } = compare(transcript('exit 0', 'x', 'z'), transcript('exit 1', 'x', 'y', 'z'), []);
  assert.equal(verdict, 'differs');
  assert.equal(diff, ['  docker ps', '    - exit 0', '    + exit 1', '    + y'].join('\n'));
});

test('a listed difference counts as deliberate, and only in its place', () => {
  const entry = { where: /^a\/b › docker ps$/, line: /^y/, reason: 'because' };
  const elsewhere = { ...entry, where: /^c\// };
  assert.deepEqual(compare(transcript('x'), transcript('x', 'y'), [entry]).used, [entry]);
  assert.equal(compare(transcript('x'), transcript('x', 'y'), [entry]).verdict, 'differs on purpose');
  assert.equal(compare(transcript('x'), transcript('x', 'y'), [elsewhere]).verdict, 'differs');
});

test('a listed difference may make a part of a line equal and leave the rest to be compared', () => {
  const entry = { where: /./, line: /runc|crun/, as: '<runtime>', reason: 'because' };
  assert.equal(
    compare(transcript('by runc: x'), transcript('by crun: x'), [entry]).verdict,
    'differs on purpose',
  );
  assert.equal(compare(transcript('by runc: x'), transcript('by crun: y'), [entry]).verdict, 'differs');
});

test('a step that was not reached differs', () => {
  assert.equal(compare(transcript('x'), { case: 'a/b', turns: [] }, []).verdict, 'differs');
});

test('lines are matched along their longest common run', () => {
  assert.deepEqual(diffLines(['a', 'b', 'c'], ['b', 'c', 'd']), ['- a', '+ d']);
});
