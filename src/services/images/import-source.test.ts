import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKind } from '../../errors/minke-error.ts';
import { addressOf } from './import-source.ts';

test('what the client sends has no address; host and path are one of http', () => {
  assert.equal(addressOf('-'), undefined);
  assert.equal(addressOf('example.com/a.tar')?.url.href, 'http://example.com/a.tar');
  assert.equal(addressOf('https://example.com/a.tar')?.url.href, 'https://example.com/a.tar');
});

test('a password in an address is told to nobody', () => {
  assert.equal(addressOf('http://ada:secret@example.com/a.tar')?.shown, 'http://ada:xxxxx@example.com/a.tar');
});

test('what is no address is refused', () => {
  for (const text of [
    'http://',
    'http://a:b:c/',
    'http://%zz:secret@example.com/',
    'http://ada:%f@example.com/',
  ]) {
    assert.throws(
      () => addressOf(text),
      (error) => isKind(error, 'invalid'),
      text,
    );
  }
});
