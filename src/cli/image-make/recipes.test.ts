import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyChanges } from '../../kit/changes/apply.ts';
import { makeDebian } from './debian.ts';
import { recipeFor } from './recipes.ts';

const commandOf = (...packages: string[]): unknown => applyChanges({}, recipeFor(packages).changes).Cmd;

test('the first package that is known says what runs', () => {
  assert.deepEqual(commandOf('nginx'), ['nginx', '-g', 'daemon off;']);
  assert.deepEqual(commandOf('curl', 'nginx-light'), ['nginx', '-g', 'daemon off;']);
  assert.deepEqual(commandOf('postgres'), ['postgres']);
  assert.deepEqual(commandOf('redis'), commandOf('redis-server'));
  assert.deepEqual(commandOf(), ['bash']);
  assert.deepEqual(commandOf('curl'), ['bash']);
});

test('what is no package name never reaches a program', async () => {
  for (const name of ['--hook', 'a;b', 'A', '', 'x,y', '../x']) {
    const options = { packages: [name], tag: 'x', changes: [], cache: '/nowhere', maxAge: 1 };
    await assert.rejects(makeDebian(options), /not a package name/);
  }
});
