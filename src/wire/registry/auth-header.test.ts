import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAuthHeader, readCredentials } from './auth-header.ts';
import { parseRegistryErrors, registryErrorText } from './error-body.ts';
import { nextLink } from './link.ts';

const encoded = (value: unknown, form: 'base64' | 'base64url' = 'base64url'): string =>
  Buffer.from(JSON.stringify(value)).toString(form);
const none = { username: '', password: '', identityToken: '', registryToken: '', serverAddress: '' };

test('credentials in both alphabets, and as one word', () => {
  const value = { username: 'ada', password: 'ü?>', serveraddress: 'r.test' };
  const read = { ...none, username: 'ada', password: 'ü?>', serverAddress: 'r.test' };
  assert.deepEqual(parseAuthHeader(encoded(value)), read);
  assert.deepEqual(parseAuthHeader(encoded(value, 'base64')), read);
  const auth = Buffer.from('ada:a:b').toString('base64');
  assert.deepEqual(parseAuthHeader(encoded({ auth })), { ...none, username: 'ada', password: 'a:b' });
  assert.deepEqual(readCredentials({ identitytoken: 't', password: null }), { ...none, identityToken: 't' });
  assert.equal(readCredentials({ username: 1 }), undefined);
});

test('what can not be read counts as no credentials', () => {
  for (const header of [undefined, '', '!!!', encoded(7), encoded(['a']), encoded({ username: {} })])
    assert.deepEqual(parseAuthHeader(header), none);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (header) => {
      for (const value of Object.values(parseAuthHeader(header))) assert.equal(typeof value, 'string');
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      for (const text of Object.values(parseAuthHeader(encoded(value)))) assert.equal(typeof text, 'string');
    }),
  );
});

test("registries' errors in words, without what drives a terminal", () => {
  const body = JSON.stringify({
    errors: [{ code: 'NAME_UNKNOWN', message: 'no\u001b]0;x\u0007 such\r\nname' }],
  });
  const [first] = parseRegistryErrors(body);
  assert.deepEqual(first, { code: 'NAME_UNKNOWN', message: 'no ]0;x  such name' });
  assert.equal(first && registryErrorText(first), 'name unknown: no ]0;x  such name');
  assert.deepEqual(parseRegistryErrors('{"details":"wrong password"}'), [
    { code: 'UNKNOWN', message: 'wrong password' },
  ]);
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      for (const { code, message } of parseRegistryErrors(text))
        assert.ok(code.length + message.length <= 2000);
    }),
  );
});

test('the next page', () => {
  assert.equal(nextLink('</v2/a/tags/list?last=b&n=1>; rel="next"'), '/v2/a/tags/list?last=b&n=1');
  assert.equal(nextLink('<https://x/>; rel=prev, <y>; rel=next'), 'y');
  for (const header of [undefined, '', '<a>', '<a>; rel="prev"', 'a; rel=next'])
    assert.equal(nextLink(header), undefined);
  for (const piece of ['<', '>', '<>', ';', ' rel=next']) nextLink(piece.repeat(100_000));
});
