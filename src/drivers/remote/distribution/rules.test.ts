/** What is decided before a connection is made. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKind } from '../../../errors/minke-error.ts';
import { judgeInsecure } from './insecure.ts';
import { proxyFor } from './proxy.ts';
import { checkRealm, isInner } from './realm.ts';
import { retryAfter } from './refusal.ts';

test('realms: the registry itself, its domain, or who is trusted', () => {
  const allowed = (realm: string, registry: string, insecure = false): boolean => {
    try {
      checkRealm(realm, { registry: new URL(registry), insecure, trusted: ['login.test'] });
      return true;
    } catch (error) {
      assert.ok(isKind(error, 'forbidden'));
      return false;
    }
  };
  const rows: [boolean, string, string, boolean?][] = [
    [true, 'https://auth.docker.io/token', 'https://registry-1.docker.io/v2/'],
    [true, 'https://auth.x.test/t', 'https://registry-1.x.test/'],
    [true, 'https://r.test/t', 'https://r.test:5000/'],
    [true, 'https://login.test/t', 'https://r.example.org/'],
    [false, 'http://r.test/t', 'https://r.test/'],
    [true, 'http://r.test/t', 'http://r.test/', true],
    [false, 'https://evil.test/', 'https://r.example.org/'],
    [false, 'https://evil.co.uk/', 'https://r.co.uk/'],
    [true, 'https://auth.firm.co.uk/', 'https://r.firm.co.uk/'],
    [false, 'https://127.0.0.1:8443/', 'https://r.test/', true],
    [false, 'https://localhost/', 'https://r.test/'],
    [false, 'https://[::1]/', 'https://r.test/'],
    [false, 'https://169.254.169.254/', 'https://r.test/', true],
    [true, 'http://127.0.0.1:5001/t', 'http://localhost:5000/', true],
    [false, 'https://a:b@r.test/', 'https://r.test/'],
    [false, 'https://r.test.evil.test/', 'https://r.test/'],
    [false, 'javascript:1', 'https://r.test/'],
    [false, '', 'https://r.test/'],
  ];
  for (const [expected, realm, registry, insecure] of rows)
    assert.equal(allowed(realm, registry, insecure), expected, `${realm} for ${registry}`);
});

test('inner addresses', () => {
  for (const inner of [
    '10.1.2.3',
    '127.0.0.1',
    '169.254.1.1',
    '::1',
    'fe80::1',
    '[fd00::1]',
    '::ffff:10.0.0.1',
    '0.0.0.0',
  ])
    assert.equal(isInner(inner), true, inner);
  for (const outer of ['8.8.8.8', '172.32.0.1', '2001:db8::1', 'r.test', ''])
    assert.equal(isInner(outer), false, outer);
});

test('insecure: by name, by written address, by all addresses of a name', async () => {
  const resolve = async (host: string): Promise<string[]> => {
    const known: Record<string, string[]> = {
      localhost: ['127.0.0.1', '::1'],
      'evil.localhost': ['203.0.113.1'],
      'lan.test': ['10.1.0.1'],
      'mixed.test': ['127.0.0.1', '203.0.113.1'],
      'mixed2.test': ['203.0.113.1', '10.1.0.1'],
      'loop.test': ['127.0.0.1'],
    };
    return known[host] ?? Promise.reject(new Error('no such host'));
  };
  const listed = ['r.test', 'p.test:5000', '10.0.0.0/8'];
  const rows: [string, boolean, string[]?][] = [
    ['r.test', true],
    ['r.test:5000', true],
    ['p.test:5000', true],
    ['p.test:5001', false],
    ['xr.test', false],
    ['127.0.0.1:5000', true],
    ['[::1]:5000', true],
    ['10.2.3.4', true],
    ['11.2.3.4', false],
    ['localhost:5000', true, ['127.0.0.1', '::1']],
    ['evil.localhost', false],
    ['lan.test', true, ['10.1.0.1']],
    ['mixed.test', false],
    ['mixed2.test', false],
    ['loop.test', false],
    ['gone.test', false],
  ];
  for (const [domain, insecure, addresses] of rows)
    assert.deepEqual(
      await judgeInsecure(domain, listed, resolve),
      { insecure, ...(addresses === undefined ? {} : { addresses }) },
      domain,
    );
});

test('proxies, and the hosts that have none', () => {
  const proxies = {
    http: 'http://p:1',
    https: 'p:2',
    no: 'example.org, .sub.test,10.0.0.0/8,h:8080,192.0.2.1',
  };
  const rows: [string, string | null][] = [
    ['http://r.test/', 'http://p:1'],
    ['https://r.test/', 'http://p:2'],
    ['https://example.org/', null],
    ['https://a.example.org/', null],
    ['https://xexample.org/', 'http://p:2'],
    ['https://a.sub.test/', null],
    ['https://sub.test/', 'http://p:2'],
    ['http://10.9.9.9:5000/', null],
    ['http://h:8080/', null],
    ['http://h:8081/', 'http://p:1'],
    ['http://192.0.2.1:5000/', null],
    ['http://localhost:5000/', null],
    ['http://127.0.0.1:5000/', null],
    ['http://[::1]:5000/', null],
  ];
  for (const [url, proxy] of rows) assert.equal(proxyFor(new URL(url), proxies), proxy, url);
  assert.equal(proxyFor(new URL('https://r.test/'), { ...proxies, no: '*' }), null);
});

test('Retry-After in both forms', () => {
  assert.equal(retryAfter('7', 0), 7000);
  assert.equal(retryAfter('Thu, 01 Jan 1970 00:00:09 GMT', 2000), 7000);
  assert.equal(retryAfter('Thu, 01 Jan 1970 00:00:01 GMT', 2000), 0);
  for (const nothing of [undefined, '', 'soon', '99999999999']) assert.equal(retryAfter(nothing, 0), null);
});
