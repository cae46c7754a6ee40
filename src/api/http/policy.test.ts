import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localSocketPolicy, type Policy, refusal } from './policy.ts';

const tcp: Policy = { refuseWebPages: true, hostNames: new Set(['localhost', 'build-1.example.com']) };
const from = (more: Partial<Parameters<typeof refusal>[1]>) => ({
  origin: undefined,
  fetchSite: undefined,
  host: 'localhost:2375',
  ...more,
});

test('web pages are refused, whatever their origin', () => {
  assert.equal(refusal(tcp, from({})), null);
  assert.match(refusal(tcp, from({ origin: 'http://localhost:2375' })) ?? '', /Origin/);
  assert.match(refusal(tcp, from({ origin: 'null' })) ?? '', /Origin/);
  assert.match(refusal(tcp, from({ fetchSite: 'cross-site' })) ?? '', /Sec-Fetch-Site/);
  assert.equal(refusal(tcp, from({ fetchSite: 'none' })), null);
});

test('Host is an address or one of our names', () => {
  for (const host of [
    '127.0.0.1:2375',
    '10.0.0.3',
    '[::1]:2375',
    '[fe80::1]',
    'LOCALHOST',
    'Build-1.example.com.:2375',
  ])
    assert.equal(refusal(tcp, from({ host })), null, host);
  for (const host of [
    'evil.test',
    'localhost.evil.test:2375',
    '127.0.0.1.evil.test',
    '',
    undefined,
    '[evil]',
  ])
    assert.match(refusal(tcp, from({ host })) ?? '', /Host header/, String(host));
});

test('a unix socket asks for nothing', () => {
  for (const host of ['', '%2Fvar%2Frun%2Fdocker.sock', 'api.moby.localhost', undefined])
    assert.equal(refusal(localSocketPolicy, from({ host, origin: 'http://x' })), null);
});
