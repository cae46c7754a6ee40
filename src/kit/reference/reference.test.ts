import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuTime } from '../../../test/harness/cpu-time.ts';
import { isKind } from '../../errors/minke-error.ts';
import {
  familiarName,
  familiarString,
  parseAnyReference,
  parseReference,
  referenceString,
  withDefaultTag,
  withTag,
} from './reference.ts';

const hex = 'a'.repeat(64);

const good: readonly [string, string, string][] = [
  ['busybox', 'docker.io/library/busybox', 'busybox'],
  ['busybox:1.36', 'docker.io/library/busybox:1.36', 'busybox:1.36'],
  ['docker.io/busybox', 'docker.io/library/busybox', 'busybox'],
  ['index.docker.io/busybox', 'docker.io/library/busybox', 'busybox'],
  ['library/busybox', 'docker.io/library/busybox', 'busybox'],
  ['user/app', 'docker.io/user/app', 'user/app'],
  ['docker.io/library/a/b', 'docker.io/library/a/b', 'library/a/b'],
  ['localhost/app', 'localhost/app', 'localhost/app'],
  ['localhost:5000/app:v1', 'localhost:5000/app:v1', 'localhost:5000/app:v1'],
  ['[::1]:5000/app', '[::1]:5000/app', '[::1]:5000/app'],
  ['Registry/app', 'Registry/app', 'Registry/app'],
  ['quay.io/x/y.z__w-_v', '', ''],
  ['quay.io/x/y.z__w--v:T_1.2-3', 'quay.io/x/y.z__w--v:T_1.2-3', 'quay.io/x/y.z__w--v:T_1.2-3'],
  [`app@sha256:${hex}`, `docker.io/library/app@sha256:${hex}`, `app@sha256:${hex}`],
  [`app:t@sha256:${hex}`, `docker.io/library/app:t@sha256:${hex}`, `app:t@sha256:${hex}`],
  ['sha256:abc', 'docker.io/library/sha256:abc', 'sha256:abc'],
];

for (const [text, whole, familiar] of good.filter(([, whole]) => whole !== '')) {
  test(`reference ${text}`, () => {
    const ref = parseReference(text);
    assert.equal(referenceString(ref), whole);
    assert.equal(familiarString(ref), familiar);
    assert.deepEqual(parseReference(whole), ref);
  });
}

const bad: readonly [string, string][] = [
  ['', 'invalid reference format'],
  [':tag', 'invalid reference format'],
  ['a:', 'invalid reference format'],
  ['a@', 'invalid reference format'],
  ['-a', 'invalid reference format'],
  ['a..b', 'invalid reference format'],
  ['a___b', 'invalid reference format'],
  ['a/', 'invalid reference format'],
  ['/a', 'invalid reference format'],
  ['a//b', 'invalid reference format'],
  ['http://a/b', 'invalid reference format'],
  ['../../x', 'invalid reference format'],
  ['a b', 'invalid reference format'],
  ['a\0', 'invalid reference format'],
  ['a:.t', 'invalid reference format'],
  [`a:${'t'.repeat(129)}`, 'invalid reference format'],
  ['a.b-/x', 'invalid reference format'],
  ['X', 'invalid reference format: repository name (library/X) must be lowercase'],
  ['user/App:Tag', 'invalid reference format: repository name (user/App) must be lowercase'],
  [hex, `invalid repository name (${hex}), cannot specify 64-byte hexadecimal strings`],
  ['a'.repeat(300), 'repository name must not be more than 255 characters'],
  [`a@sha256:${hex.slice(1)}`, 'invalid checksum digest length'],
  [`a@sha256:${hex.toUpperCase()}`, 'invalid checksum digest format'],
  [`a@md5:${hex}`, 'unsupported digest algorithm'],
];

for (const [text, message] of bad) {
  test(`no reference: ${JSON.stringify(text.slice(0, 40))}`, () => {
    assert.throws(
      () => parseReference(text),
      (error) => isKind(error, 'invalid') && error.message === message,
    );
  });
}

test('an id is told from a name', () => {
  assert.deepEqual(parseAnyReference(hex), { id: `sha256:${hex}` });
  assert.deepEqual(parseAnyReference(`sha256:${hex}`), { id: `sha256:${hex}` });
  assert.ok(!('id' in parseAnyReference('abc')));
});

test('tags', () => {
  const ref = parseReference('user/app');
  assert.equal(familiarString(withDefaultTag(ref)), 'user/app:latest');
  assert.equal(familiarString(withTag(ref, 'v1')), 'user/app:v1');
  assert.equal(familiarName(withTag(ref, 'v1')), 'user/app');
  assert.throws(() => withTag(ref, '.x'), /invalid tag format/);
});

test('long texts are judged in time linear in their length', () => {
  const spent = cpuTime(() => {
    for (const piece of ['a', '-', 'a-', 'a.', '_', '../', 'a/', 'a:', '@', 'a_', 'A'])
      assert.throws(() => parseReference(`${piece.repeat(65_536 / piece.length)}!`));
  });
  assert.ok(spent < 1000);
});
