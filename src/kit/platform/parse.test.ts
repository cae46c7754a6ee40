import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MinkeError } from '../../errors/minke-error.ts';
import { showPlatform } from '../../wire/api/platform.ts';
import { normalArchitecture, parsePlatform } from './parse.ts';

const host = { os: 'linux', architecture: 'amd64' };
const shown = (text: string) => showPlatform(parsePlatform(text, host));

test('one word is a system or an architecture; the rest is the host', () => {
  assert.equal(shown('linux'), 'linux/amd64');
  assert.equal(shown('windows'), 'windows/amd64');
  assert.equal(shown('darwin'), 'darwin/amd64');
  assert.equal(shown('macos'), 'darwin/amd64');
  assert.equal(shown('arm64'), 'linux/arm64');
  assert.equal(shown('x86_64'), 'linux/amd64');
  assert.equal(shown('armhf'), 'linux/arm');
  assert.equal(shown('armel'), 'linux/arm/v6');
});

test('system, architecture and variant, in the names that count', () => {
  assert.equal(shown('LINUX/AMD64'), 'linux/amd64');
  assert.equal(shown('linux/aarch64'), 'linux/arm64');
  assert.equal(shown('linux/arm64/v8'), 'linux/arm64/v8');
  assert.equal(shown('linux/arm64/8'), 'linux/arm64/v8');
  assert.equal(shown('linux/arm'), 'linux/arm');
  assert.equal(shown('linux/arm/7'), 'linux/arm/v7');
  assert.equal(shown('linux/arm/v6'), 'linux/arm/v6');
  assert.equal(shown('linux/amd64/v1'), 'linux/amd64');
  assert.equal(shown('linux/amd64/v2'), 'linux/amd64/v2');
  assert.equal(shown('windows(10.0.1)/amd64'), 'windows/amd64');
  assert.equal(shown('bogus/any'), 'bogus/any');
});

test('what is none is told in the words of containerd', () => {
  const reason = (text: string) => {
    try {
      return shown(text);
    } catch (error) {
      assert.ok(error instanceof MinkeError && error.kind === 'invalid');
      return error.message;
    }
  };
  const os =
    'OSAndVersion specifier component must match "^([A-Za-z0-9_-]+)(?:\\\\(([A-Za-z0-9_.%-]*)((?:\\\\+[A-Za-z0-9_.%-]+)*)\\\\))?$": invalid argument';
  const rule = 'platform specifier component must match "^[A-Za-z0-9_.-]+$": invalid argument';
  assert.equal(reason('bogus'), '"bogus": unknown operating system or architecture: invalid argument');
  assert.equal(reason('a/b/c/d'), '"a/b/c/d": cannot parse platform specifier: invalid argument');
  assert.equal(reason('linux/*'), '"linux/*": wildcards not yet supported: invalid argument');
  assert.equal(reason('a b/c'), `"a b" is an invalid OS component of "a b/c": ${os}`);
  assert.equal(reason('/'), `"" is an invalid OS component of "/": ${os}`);
  assert.equal(reason('linux//v8'), `"" is an invalid component of "linux//v8": ${rule}`);
  assert.equal(reason('a/b/c/d/e'), `"d/e" is an invalid component of "a/b/c/d/e": ${rule}`);
});

test('any text is a platform or refused as invalid', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        const { os, architecture } = parsePlatform(text, host);
        assert.ok(os !== '' && architecture !== '');
      } catch (error) {
        assert.ok(error instanceof MinkeError && error.kind === 'invalid');
      }
    }),
  );
});

test('an architecture is normal once and for all', () => {
  for (const [name, variant] of [
    ['arm', ''],
    ['armel', ''],
    ['arm64', 'v8'],
    ['amd64', 'v3'],
  ] as const) {
    const once = normalArchitecture(name, variant);
    assert.deepEqual(normalArchitecture(once.architecture, once.variant), once);
  }
});
