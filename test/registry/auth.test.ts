/** Who may do what: htpasswd, tokens, rules. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sha256 } from '../../src/wire/digest.ts';
import {
  type Ask,
  type AskOptions,
  beginUpload,
  manifestOf,
  pushBlob,
  pushImage,
  putManifest,
} from '../harness/registry/ask.ts';
import { startRegistry, type TestRegistry } from '../harness/registry/registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'registry-auth-'));
after(() => rmSync(folder, { recursive: true, force: true }));

// bcrypt of "secret" with cost 5, made by Apache's htpasswd.
const hash = '$2y$05$mhy.64SjlRk4uyNLiehag.bZDUyuO8DytFCK9I2z2XgeVMUFmi232';
const htpasswd = join(folder, 'htpasswd');
writeFileSync(htpasswd, ['alice', 'bob', 'ci', 'reader'].map((user) => `${user}:${hash}\n`).join(''));

const basic = (user: string, password = 'secret'): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

/** Asks as somebody. */
const as =
  (ask: Ask, headers: Readonly<Record<string, string>>): Ask =>
  (method, path, options: AskOptions = {}) =>
    ask(method, path, { ...options, headers: { ...headers, ...options.headers } });

const access = [
  { users: ['alice'], actions: ['pull', 'push', 'delete', 'catalog'] },
  { users: ['ci'], repositories: ['team/**'], actions: ['pull', 'create'] },
  { users: ['bob'], repositories: ['bob/*'], actions: ['pull', 'push'] },
  { users: ['*'], repositories: ['shared'], actions: ['pull'] },
];

async function withRegistry(config: object, work: (registry: TestRegistry) => Promise<void>): Promise<void> {
  const registry = await startRegistry(config);
  try {
    await work(registry);
  } finally {
    await registry.close();
  }
}

test('without rules everybody who is known may do everything, nobody else anything', async () => {
  await withRegistry({ auth: { htpasswd: { path: htpasswd, realm: 'here' } } }, async ({ ask, lines }) => {
    const refused = await ask('GET', '/v2/');
    assert.equal(refused.status, 401);
    assert.equal(refused.code, 'UNAUTHORIZED');
    assert.equal(refused.headers['www-authenticate'], 'Basic realm="here"');
    for (const headers of [
      basic('alice', 'wrong'),
      basic('nobody'),
      basic('alice', ''),
      { authorization: 'Basic %%%' },
      { authorization: 'Bearer x' },
    ]) {
      assert.equal((await ask('GET', '/v2/', { headers })).status, 401);
    }
    assert.equal((await as(ask, basic('alice'))('GET', '/v2/')).status, 200);
    await pushImage(as(ask, basic('alice')), 'any/thing', 'v1');
    assert.equal((await ask('GET', '/v2/any/thing/manifests/v1')).status, 401);
    assert.ok(!lines.some((line) => /secret|Basic [A-Za-z0-9]{6}/.test(line)), 'no credential in the log');
    assert.ok(lines.some((line) => line.includes('user=alice')));
  });
});

test('rules give each user what they say, by repository', async () => {
  await withRegistry({ auth: { htpasswd: { path: htpasswd }, access } }, async ({ ask }) => {
    const [alice, bob, ci] = ['alice', 'bob', 'ci'].map((user) => as(ask, basic(user))) as [Ask, Ask, Ask];
    await pushImage(alice, 'shared', 'v1');
    await pushImage(bob, 'bob/app', 'v1');
    await pushImage(ci, 'team/x/y', 'v1');
    const status = async (who: Ask, method: string, path: string) => (await who(method, path)).status;
    assert.equal(await status(bob, 'GET', '/v2/shared/manifests/v1'), 200);
    assert.equal(await status(bob, 'POST', '/v2/shared/blobs/uploads/'), 403);
    assert.equal(await status(bob, 'POST', '/v2/bob/a/b/blobs/uploads/'), 403, 'one star is one part');
    assert.equal(await status(bob, 'GET', '/v2/team/x/y/manifests/v1'), 403);
    assert.equal(await status(bob, 'DELETE', '/v2/bob/app/manifests/v1'), 403, 'pushing is not deleting');
    assert.equal(await status(bob, 'GET', '/v2/_catalog'), 403);
    assert.equal(await status(bob, 'GET', '/v1/search?q=app'), 403, 'nor look for what is not to be listed');
    assert.equal(await status(alice, 'DELETE', '/v2/bob/app/manifests/v1'), 202);
    const seen = (await alice('GET', '/v2/_catalog')).json<{ repositories: string[] }>();
    assert.deepEqual(seen.repositories, ['bob/app', 'shared', 'team/x/y']);
  });
});

test('who may create may not move a tag that is there', async () => {
  await withRegistry({ auth: { htpasswd: { path: htpasswd }, access } }, async ({ ask }) => {
    const ci = as(ask, basic('ci'));
    const { bytes } = await pushImage(ci, 'team/app', 'latest');
    assert.equal((await putManifest(ci, 'team/app', 'latest', bytes)).status, 201, 'the same again');
    const other = manifestOf('{}', ['content'], { annotations: { a: 'b' } });
    const refused = await putManifest(ci, 'team/app', 'latest', other);
    assert.equal(refused.status, 403);
    assert.equal(refused.code, 'DENIED');
    assert.equal((await putManifest(ci, 'team/app', 'next', other)).status, 201);
    assert.equal((await putManifest(ci, 'team/app', `${sha256(other)}?tag=latest`, other)).status, 403);
    assert.equal((await putManifest(as(ask, basic('alice')), 'team/app', 'latest', other)).status, 201);
  });
});

test('an upload is its beginner’s alone, and of its repository', async () => {
  const rules = [{ users: ['*'], actions: ['pull', 'push'] }];
  await withRegistry({ auth: { htpasswd: { path: htpasswd }, access: rules } }, async ({ ask }) => {
    const [alice, bob] = [as(ask, basic('alice')), as(ask, basic('bob'))];
    const location = await beginUpload(alice, 'a/one');
    await alice('PATCH', location, { body: 'some' });
    const elsewhere = location.replace('/a/one/', '/a/two/');
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      assert.equal((await bob(method, location)).status, 404, `${method} by another`);
      assert.equal((await alice(method, elsewhere)).status, 404, `${method} through another repository`);
    }
    assert.equal((await bob('PUT', `${location}?digest=${sha256('some')}`)).status, 404);
    assert.equal((await alice('PUT', `${elsewhere}?digest=${sha256('some')}`)).status, 404);
    assert.equal((await alice('PUT', `${location}?digest=${sha256('some')}`)).status, 201);
  });
});

test('a mount needs the right to pull from the other repository', async () => {
  const rules = [
    { users: ['alice'], actions: ['pull', 'push'] },
    { users: ['bob'], repositories: ['bob/**'], actions: ['pull', 'push'] },
  ];
  await withRegistry({ auth: { htpasswd: { path: htpasswd }, access: rules } }, async ({ ask }) => {
    const digest = await pushBlob(as(ask, basic('alice')), 'private', 'hidden');
    const bob = as(ask, basic('bob'));
    const answer = await bob('POST', `/v2/bob/app/blobs/uploads/?mount=${digest}&from=private`);
    assert.equal(answer.status, 202);
    assert.equal((await bob('GET', `/v2/bob/app/blobs/${digest}`)).status, 404);
  });
});

test('the file of users is read again when it changes, and a broken one changes nothing', async () => {
  const path = join(folder, 'changing');
  writeFileSync(path, `alice:${hash}\n`);
  await withRegistry({ auth: { htpasswd: { path } } }, async ({ ask, lines }) => {
    const status = async (user: string) => (await ask('GET', '/v2/', { headers: basic(user) })).status;
    assert.equal(await status('alice'), 200);
    const { until } = await import('../harness/until.ts');
    writeFileSync(path, 'alice:broken\n');
    await until('the complaint', async () => {
      await status('alice');
      return lines.some((line) => line.includes('file of users is not taken over'));
    });
    assert.equal(await status('alice'), 200);
    writeFileSync(path, `# nobody else\n\nbob:${hash}\n`);
    await until('the new user', async () => (await status('bob')) === 200);
    assert.equal(await status('alice'), 401);
  });
});

test('hashes that are not bcrypt are refused at the start, and not shown', async () => {
  const path = join(folder, 'old');
  writeFileSync(path, 'alice:$apr1$marker$marker\n');
  await assert.rejects(startRegistry({ auth: { htpasswd: { path } } }), (error: Error) => {
    assert.match(error.message, /line 1: the hash of alice is not bcrypt/);
    assert.doesNotMatch(error.message, /marker/);
    return true;
  });
});

const tokenConfig = {
  url: 'http://127.0.0.1:1',
  auth: {
    htpasswd: { path: htpasswd },
    token: { signingKey: join(folder, 'signing.pem') },
    access: [...access, { anonymous: true, repositories: ['public/**'], actions: ['pull'] }],
  },
};

test('tokens: asked for, issued, used, and no more than was asked', async () => {
  await withRegistry(tokenConfig, async ({ ask }) => {
    const refused = await ask('POST', '/v2/team/app/blobs/uploads/');
    assert.equal(refused.status, 401);
    assert.equal(
      refused.headers['www-authenticate'],
      'Bearer realm="http://127.0.0.1:1/token",service="minke-registry",scope="repository:team/app:pull,push"',
    );
    const token = async (user: string | null, scope: string): Promise<Record<string, string>> => {
      const headers = user === null ? {} : basic(user);
      const query = new URLSearchParams({ service: 'minke-registry', scope });
      const answer = await ask('GET', `/token?${query}`, { headers });
      assert.equal(answer.status, 200);
      return { authorization: `Bearer ${answer.json<{ token: string }>().token}` };
    };
    const alice = as(
      ask,
      await token('alice', 'repository:public/app:pull,push repository:shared:pull,push'),
    );
    await pushImage(alice, 'public/app', 'v1');
    await pushImage(alice, 'shared', 'v1');
    assert.equal((await alice('DELETE', '/v2/shared/manifests/v1')).status, 401, 'not asked for');
    assert.equal((await alice('GET', '/v2/_catalog')).status, 401);

    const nobody = as(ask, await token(null, 'repository:public/app:pull,push repository:shared:pull'));
    assert.equal((await nobody('GET', '/v2/')).status, 200);
    assert.equal((await nobody('GET', '/v2/public/app/manifests/v1')).status, 200);
    assert.equal((await nobody('GET', '/v2/shared/manifests/v1')).status, 401);
    assert.equal((await nobody('POST', '/v2/public/app/blobs/uploads/')).status, 401);

    const ci = as(ask, await token('ci', 'repository:team/app:pull,push'));
    await pushImage(ci, 'team/app', 'v1');
    assert.equal(
      (await putManifest(ci, 'team/app', 'v1', manifestOf('{}', ['content'], { annotations: { x: 'y' } })))
        .status,
      403,
    );
    const all = as(ask, await token('alice', 'registry:catalog:* repository:shared:*'));
    assert.equal((await all('GET', '/v2/_catalog')).status, 200);
    assert.equal((await all('DELETE', '/v2/shared/manifests/v1')).status, 202);

    assert.equal((await ask('GET', '/token', { headers: basic('alice', 'wrong') })).status, 401);
    const form = await ask('POST', '/token', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=password&service=minke-registry&username=alice&password=secret&scope=repository:shared:pull',
    });
    assert.equal(form.status, 200);
    assert.ok(form.json<{ access_token: string }>().access_token.split('.').length === 3);
    assert.equal((await as(ask, basic('alice'))('GET', '/v2/')).status, 200, 'a password is taken too');
    assert.equal(statSync(join(folder, 'signing.pem')).mode & 0o777, 0o600);
  });
});

// CVE-2025-24976: a key that the token brings along counts for nothing.
test('tokens: only the configured keys, algorithms, issuer, service and times are taken', async () => {
  const trusted = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const other = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const keys = join(folder, 'keys.pem');
  writeFileSync(keys, trusted.publicKey.export({ type: 'spki', format: 'pem' }));
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'issuer',
    sub: 'alice',
    aud: 'service',
    exp: now + 300,
    nbf: now - 10,
    access: [{ type: 'repository', name: 'a', actions: ['pull', 'push'] }],
  };
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const made = (header: object, body: object, signature: (text: string) => Buffer): string => {
    const text = `${part(header)}.${part(body)}`;
    return `${text}.${signature(text).toString('base64url')}`;
  };
  const rsa =
    (key: KeyObject, algorithm = 'sha256') =>
    (text: string): Buffer =>
      sign(algorithm, Buffer.from(text), key);
  const ec = (text: string): Buffer =>
    sign('sha256', Buffer.from(text), { key: other.privateKey, dsaEncoding: 'ieee-p1363' });
  const jwk = other.publicKey.export({ format: 'jwk' });
  const pem = trusted.publicKey.export({ type: 'spki', format: 'pem' });
  const good = rsa(trusted.privateKey);
  const config = {
    auth: { token: { realm: 'https://auth.example.org/token', issuer: 'issuer', service: 'service', keys } },
  };
  await withRegistry(config, async ({ ask, lines }) => {
    const status = async (token: string) =>
      (await ask('POST', '/v2/a/blobs/uploads/', { headers: { authorization: `Bearer ${token}` } })).status;
    assert.equal(await status(made({ alg: 'RS256', typ: 'JWT', kid: 'any' }, claims, good)), 202);
    assert.equal(await status(made({ alg: 'RS512' }, claims, rsa(trusted.privateKey, 'sha512'))), 202);
    assert.equal(await status(made({ alg: 'RS256' }, { ...claims, aud: ['x', 'service'] }, good)), 202);
    const bad: Record<string, string> = {
      'own jwk': made({ alg: 'ES256', jwk }, claims, ec),
      'own jku': made({ alg: 'ES256', jku: 'https://evil.example/keys' }, claims, ec),
      'own x5c': made({ alg: 'ES256', x5c: [Buffer.from('x').toString('base64')] }, claims, ec),
      none: made({ alg: 'none' }, claims, () => Buffer.alloc(0)),
      'HS256 over the public key': made({ alg: 'HS256' }, claims, (text) =>
        createHmac('sha256', pem).update(text).digest(),
      ),
      'another algorithm than said': made({ alg: 'RS256' }, claims, rsa(trusted.privateKey, 'sha512')),
      critical: made({ alg: 'RS256', crit: ['x'] }, claims, good),
      'other issuer': made({ alg: 'RS256' }, { ...claims, iss: 'other' }, good),
      'other service': made({ alg: 'RS256' }, { ...claims, aud: 'other' }, good),
      expired: made({ alg: 'RS256' }, { ...claims, exp: now - 61 }, good),
      early: made({ alg: 'RS256' }, { ...claims, nbf: now + 300 }, good),
      'no expiry': made({ alg: 'RS256' }, { ...claims, exp: undefined }, good),
      'other repository': made(
        { alg: 'RS256' },
        { ...claims, access: [{ type: 'repository', name: 'b', actions: ['push'] }] },
        good,
      ),
      'pull only': made(
        { alg: 'RS256' },
        { ...claims, access: [{ type: 'repository', name: 'a', actions: ['pull'] }] },
        good,
      ),
      'no access': made({ alg: 'RS256' }, { ...claims, access: null }, good),
      changed: made({ alg: 'RS256' }, claims, good).replace(
        /\.[^.]+\./,
        `.${part({ ...claims, sub: 'root' })}.`,
      ),
      cut: made({ alg: 'RS256' }, claims, good).slice(0, -10),
      empty: '..',
      text: 'x',
    };
    for (const [name, token] of Object.entries(bad)) assert.equal(await status(token), 401, name);
    const deletion = await ask('DELETE', '/v2/a/manifests/v1', {
      headers: { authorization: `Bearer ${made({ alg: 'RS256' }, claims, good)}` },
    });
    assert.equal(deletion.status, 401, 'pull and push are not delete');
    assert.match(String(deletion.headers['www-authenticate']), /scope="repository:a:delete"/);
    assert.ok(!lines.some((line) => line.includes(part(claims))), 'no token in the log');
  });
});

test('the hash in this file is one of htpasswd', {
  skip: hasHtpasswd() ? false : 'htpasswd is not installed',
}, async () => {
  const made = execFileSync('/usr/bin/htpasswd', ['-nbB', '-C', '5', 'dave', 'other']).toString().trim();
  const path = join(folder, 'made');
  writeFileSync(path, `${made}\n`);
  await withRegistry({ auth: { htpasswd: { path } } }, async ({ ask }) => {
    assert.equal((await ask('GET', '/v2/', { headers: basic('dave', 'other') })).status, 200);
    assert.equal((await ask('GET', '/v2/', { headers: basic('dave', 'Other') })).status, 401);
  });
});

function hasHtpasswd(): boolean {
  try {
    return statSync('/usr/bin/htpasswd').isFile();
  } catch {
    return false;
  }
}
