import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Platform } from '../../wire/api/platform.ts';
import { fitsPlatform, isPlatform, runnable } from './match.ts';
import { parsePlatform } from './parse.ts';

const of = (text: string): Platform => parsePlatform(text, { os: 'linux', architecture: 'amd64' });
const fits = (image: string, wanted: string) => fitsPlatform(of(image), of(wanted));

test('an image does for a platform that runs it as it is', () => {
  assert.ok(fits('linux/amd64', 'linux/amd64'));
  assert.ok(fits('linux/amd64', 'linux/amd64/v3'));
  assert.ok(fits('linux/amd64/v2', 'linux/amd64/v3'));
  assert.ok(fits('linux/386', 'linux/amd64'));
  assert.ok(fits('linux/arm/v6', 'linux/arm/v7'));
  assert.ok(fits('linux/arm64', 'linux/arm64/v8'));
  assert.ok(!fits('linux/amd64/v3', 'linux/amd64'));
  assert.ok(!fits('linux/arm/v7', 'linux/arm/v6'));
  assert.ok(!fits('linux/amd64', 'linux/arm64'));
  assert.ok(!fits('linux/amd64', 'windows/amd64'));
});

test('what is one platform is another matter: the choice of one among several', () => {
  assert.ok(isPlatform(of('linux/amd64'), of('amd64')));
  assert.ok(!isPlatform(of('linux/386'), of('linux/amd64')));
  assert.ok(!isPlatform(of('linux/amd64'), of('linux/amd64/v2')));
});

test('a level that nobody has makes no long list', () => {
  for (const wanted of ['linux/amd64/v4000000000', 'linux/arm/v4000000000', 'linux/arm64/v4000000000'])
    assert.ok(runnable(of(wanted)).length < 16);
});
