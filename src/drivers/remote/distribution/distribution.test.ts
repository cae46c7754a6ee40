/** Against a registry in this process: what it is asked, and what comes of its lies. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { refuse, type StubRegistry, startStub } from '../../../../test/harness/registry/stub.ts';
import { isKind } from '../../../errors/minke-error.ts';
import { sha256 } from '../../../wire/digest.ts';
import { mediaTypes } from '../../../wire/oci-image.ts';
import { parseAuthHeader, type RegistryCredentials } from '../../../wire/registry/auth-header.ts';
import { PassingFailure, type Repository } from '../contract.ts';
import { remoteSuite } from '../suite.ts';
import { Distribution } from './distribution.ts';
import type { RegistrySettings } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'minke-certs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const plain: RegistrySettings = {
  insecure: [],
  mirrors: new Map(),
  certsFolder: folder,
  proxies: { http: '', https: '', no: '' },
  authHosts: [],
};
const signal = new AbortController().signal;
const nobody = parseAuthHeader(undefined);
const ada: RegistryCredentials = { ...nobody, username: 'ada', password: 'marker' };

const remoteOf = (
  settings: Partial<RegistrySettings> = {},
  resolve?: (host: string) => Promise<string[]>,
): Distribution =>
  new Distribution({
    settings: () => ({ ...plain, ...settings }),
    userAgent: 'test',
    idle: 10_000,
    ...(resolve === undefined ? {} : { resolve }),
  });

function repositoryOf(
  stub: StubRegistry,
  options: {
    settings?: Partial<RegistrySettings>;
    credentials?: RegistryCredentials;
    actions?: 'pull' | 'push';
    domain?: string;
  } = {},
): Repository & Disposable {
  const remote = remoteOf(options.settings);
  const { actions = 'pull', credentials = nobody, domain = stub.host } = options;
  const repository = remote.open({ domain, path: 'app' }, { actions, credentials });
  return Object.assign(repository, { [Symbol.dispose]: () => remote.close() });
}

function serveManifest(stub: StubRegistry, text = '{"schemaVersion":2}'): Buffer {
  const bytes = Buffer.from(text);
  const stored = { mediaType: mediaTypes.ociManifest, bytes };
  stub.manifests.set('app:1', stored).set(`app@${sha256(bytes)}`, stored);
  return bytes;
}

remoteSuite('distribution', async () => {
  const stub = await startStub();
  const remote = remoteOf();
  return {
    remote,
    domain: stub.host,
    async [Symbol.asyncDispose]() {
      remote.close();
      await stub[Symbol.asyncDispose]();
    },
  };
});

test('Basic: credentials go with each request once they are asked for', async () => {
  await using stub = await startStub();
  serveManifest(stub);
  stub.before = (_, res, { authorization }) =>
    authorization === `Basic ${Buffer.from('ada:marker').toString('base64')}`
      ? false
      : refuse(res, 401, 'UNAUTHORIZED', { 'WWW-Authenticate': 'Basic realm="r"' });
  using repository = repositoryOf(stub, { credentials: ada });
  await repository.manifest('1', signal);
  assert.deepEqual(
    stub.seen.map(({ url, authorization }) => [url, authorization !== undefined]),
    [
      ['/v2/', false],
      ['/v2/app/manifests/1', true],
    ],
  );
  using without = repositoryOf(stub);
  await assert.rejects(without.describe('1', signal), {
    message: `Head "http://${stub.host}/v2/app/manifests/1": no basic auth credentials`,
  });
  using wrong = repositoryOf(stub, { credentials: { ...ada, password: 'no' } });
  await assert.rejects(wrong.manifest('1', signal), (error) => isKind(error, 'unauthorized'));
});

test('Basic: a name without a password, or the other way round, is nobody', async () => {
  await using stub = await startStub();
  serveManifest(stub);
  stub.before = (_, res, { authorization }) =>
    authorization === undefined &&
    refuse(res, 401, 'UNAUTHORIZED', { 'WWW-Authenticate': 'Basic realm="r"' });
  for (const half of [{ username: 'ada' }, { password: 'marker' }]) {
    using repository = repositoryOf(stub, { credentials: { ...nobody, ...half } });
    await assert.rejects(repository.manifest('1', signal), /no basic auth credentials/);
  }
  assert.ok(stub.seen.every(({ authorization }) => authorization === undefined));
});

test('Bearer: a token for the scope, asked for with the password, used until it is refused', async () => {
  await using stub = await startStub();
  serveManifest(stub);
  let valid = 'one';
  stub.before = (_, res, { url, authorization }) => {
    if (url.startsWith('/token')) {
      res.end(JSON.stringify({ token: valid, expires_in: 300 }));
      return true;
    }
    return authorization === `Bearer ${valid}`
      ? false
      : refuse(res, 401, 'UNAUTHORIZED', {
          'WWW-Authenticate': `Bearer realm="http://${stub.host}/token",service="r"`,
        });
  };
  using repository = repositoryOf(stub, { credentials: ada, actions: 'push' });
  await repository.manifest('1', signal);
  await repository.manifest('1', signal);
  const tokens = () => stub.seen.filter(({ url }) => url.startsWith('/token'));
  assert.equal(tokens().length, 1);
  assert.match(
    tokens()[0]?.url ?? '',
    /service=r&scope=repository%3Aapp%3Apull%2Cpush&client_id=docker&account=ada/,
  );
  assert.match(tokens()[0]?.authorization ?? '', /^Basic /);
  valid = 'two';
  await repository.manifest('1', signal);
  assert.equal(tokens().length, 2);
});

test('an identity token is exchanged, and login answers the one that a server gives', async () => {
  await using stub = await startStub();
  const forms: string[] = [];
  stub.before = async (req, res, { url, authorization }) => {
    if (url.startsWith('/token')) {
      if (req.method === 'POST') forms.push((await buffer(req)).toString());
      res.end(JSON.stringify({ access_token: 'a', refresh_token: 'keep' }));
      return true;
    }
    return authorization === 'Bearer a'
      ? false
      : refuse(res, 401, 'UNAUTHORIZED', { 'WWW-Authenticate': `Bearer realm="http://${stub.host}/token"` });
  };
  const remote = remoteOf();
  assert.equal(await remote.login({ ...ada, serverAddress: stub.host }, signal), 'keep');
  assert.match(stub.seen.find(({ url }) => url.startsWith('/token'))?.url ?? '', /offline_token=true/);
  await remote.login({ ...nobody, identityToken: 'old', serverAddress: `http://${stub.host}/v1/` }, signal);
  assert.deepEqual(forms, ['grant_type=refresh_token&refresh_token=old&client_id=docker']);
  await assert.rejects(remote.login({ ...ada, serverAddress: 'a b' }, signal), (error) =>
    isKind(error, 'invalid'),
  );
  remote.close();
});

test('a realm elsewhere gets nothing', async () => {
  await using other = await startStub();
  await using stub = await startStub({ host: '127.0.0.2' });
  serveManifest(stub);
  for (const realm of [
    'http://169.254.169.254/',
    'https://evil.test/',
    'http://10.0.0.1/',
    'nonsense',
    'ftp://x/',
  ]) {
    stub.before = (_, res) =>
      refuse(res, 401, 'UNAUTHORIZED', { 'WWW-Authenticate': `Bearer realm="${realm}"` });
    using repository = repositoryOf(stub, { credentials: ada });
    await assert.rejects(repository.manifest('1', signal), (error: Error) => {
      assert.ok(isKind(error, 'forbidden'), String(error));
      assert.ok(error.message.includes(realm) && !error.message.includes('marker'));
      return true;
    });
  }
  assert.deepEqual(other.seen, []);
});

test('a redirect to another origin gets no credentials', async () => {
  await using other = await startStub({ host: '127.0.0.2' });
  await using stub = await startStub();
  const bytes = Buffer.from('blob');
  other.before = (_, res) => {
    res.end(bytes);
    return true;
  };
  stub.before = (req, res, { url, authorization }) => {
    if (authorization === undefined)
      return refuse(res, 401, 'UNAUTHORIZED', { 'WWW-Authenticate': 'Basic realm="r"' });
    if (!url.includes('/blobs/')) return false;
    res.writeHead(307, { Location: url.includes('hop') ? `${other.url}/x?sig=1` : `${req.url}?hop` }).end();
    return true;
  };
  using repository = repositoryOf(stub, { credentials: ada });
  const { stream } = await repository.blob(sha256(bytes), 0, signal);
  assert.deepEqual(await buffer(stream), bytes);
  assert.deepEqual(
    other.seen.map(({ url, authorization, headers }) => [url, authorization, headers.cookie]),
    [['/x?sig=1', undefined, undefined]],
  );
  stub.before = (req, res) => {
    if (!req.url?.includes('/blobs/')) return false;
    res.writeHead(302, { Location: req.url }).end();
    return true;
  };
  using round = repositoryOf(stub);
  await assert.rejects(round.blob(sha256(bytes), 0, signal), /stopped after 5 redirects/);
});

test('a name with a loopback address among others is not insecure: no request without TLS', async () => {
  await using stub = await startStub();
  serveManifest(stub);
  const port = stub.host.split(':')[1];
  const [inner, outer] = ['127.0.0.1', '203.0.113.1'];
  for (const addresses of [
    [inner, outer],
    [outer, inner],
  ]) {
    const remote = remoteOf({ insecure: ['127.0.0.0/8'] }, async () => addresses);
    const repository = remote.open(
      { domain: `localhost:${port}`, path: 'app' },
      { actions: 'pull', credentials: ada },
    );
    await assert.rejects(repository.manifest('1', signal));
    remote.close();
  }
  assert.deepEqual(stub.seen, []);
  const remote = remoteOf({}, async () => [inner]);
  const repository = remote.open(
    { domain: `localhost:${port}`, path: 'app' },
    { actions: 'pull', credentials: nobody },
  );
  assert.equal((await repository.manifest('1', signal)).mediaType, mediaTypes.ociManifest);
  remote.close();
});

test('a redirect leads nowhere but to http and https', async () => {
  await using stub = await startStub();
  for (const target of ['file:///etc/passwd', 'ftp://127.0.0.1/x', 'javascript:1', '//', 'http://[']) {
    stub.before = (req, res) => {
      if (!req.url?.includes('/blobs/')) return false;
      res.writeHead(307, { Location: target }).end();
      return true;
    };
    using repository = repositoryOf(stub, { credentials: ada });
    await assert.rejects(repository.blob(sha256('x'), 0, signal), Error, target);
  }
});

test('a manifest that is not the pinned one, or not what the registry calls it, is refused', async () => {
  await using stub = await startStub();
  const bytes = serveManifest(stub);
  stub.manifests.set(`app@${sha256(bytes)}`, { mediaType: mediaTypes.ociManifest, bytes: Buffer.from('{}') });
  using repository = repositoryOf(stub);
  await assert.rejects(repository.manifest(sha256(bytes), signal), /manifest verification failed for digest/);
  stub.before = (req, res) => {
    if (!req.url?.includes('/manifests/')) return false;
    res.writeHead(200, { 'Docker-Content-Digest': sha256('other') }).end(bytes);
    return true;
  };
  await assert.rejects(repository.manifest('1', signal), /digest mismatch/);
  stub.before = (req, res) => {
    if (!req.url?.includes('/manifests/')) return false;
    res.end(Buffer.alloc((4 << 20) + 1, 0x20));
    return true;
  };
  await assert.rejects(repository.manifest('1', signal), /larger than 4194304 bytes/);
});

test('busy registries are failures that pass, with the time that they ask for', async () => {
  await using stub = await startStub();
  stub.before = (req, res) =>
    req.url?.includes('/blobs/') === true && refuse(res, 429, 'TOOMANYREQUESTS', { 'Retry-After': '7' });
  using repository = repositoryOf(stub);
  await assert.rejects(repository.blob(sha256('x'), 0, signal), (error) => {
    assert.ok(error instanceof PassingFailure);
    assert.deepEqual([error.after, error.message], [7000, 'toomanyrequests: toomanyrequests']);
    return true;
  });
  stub.before = (req, res) => {
    if (req.url?.includes('/blobs/')) res.destroy();
    return req.url?.includes('/blobs/') === true;
  };
  await assert.rejects(repository.blob(sha256('x'), 0, signal), PassingFailure);
});

test('nobody there: the words that Docker has', async () => {
  const stub = await startStub();
  await stub[Symbol.asyncDispose]();
  using repository = repositoryOf(stub);
  const [, port] = stub.host.split(':');
  await assert.rejects(repository.manifest('1', signal), {
    message: `Get "http://${stub.host}/v2/": dial tcp 127.0.0.1:${port}: connect: connection refused`,
  });
});

test('an upload goes on where it broke', async () => {
  await using stub = await startStub();
  const bytes = Buffer.alloc(3 << 20, 'x');
  const source = {
    digest: sha256(bytes),
    size: bytes.length,
    open: (offset: number) => Readable.from([Buffer.from(bytes.subarray(offset))], { objectMode: false }),
  };
  let broken = false;
  stub.before = (req) => {
    if (req.method !== 'PATCH' || broken) return false;
    let got = 0;
    req.on('data', (chunk: Buffer) => {
      got += chunk.length;
      if (got > 1 << 20) req.socket.destroy();
    });
    broken = true;
    return false;
  };
  using repository = repositoryOf(stub, { actions: 'push' });
  await assert.rejects(
    repository.upload(source, () => {}, signal),
    PassingFailure,
  );
  const told: number[] = [];
  await repository.upload(source, (sent) => void told.push(sent), signal);
  assert.ok((told[0] ?? 0) > 0, 'began anew');
  assert.equal(
    stub.seen.findLast(({ method }) => method === 'PATCH')?.headers['content-range'],
    `${told[0]}-${bytes.length - 1}`,
  );
  assert.deepEqual(stub.blobs.get(source.digest), bytes);
});

test('mirrors are asked first, without credentials, and passed over where they fail', async () => {
  await using mirror = await startStub({ host: '127.0.0.2' });
  await using stub = await startStub();
  const bytes = serveManifest(stub, '{"schemaVersion":2,"of":"origin"}');
  const settings = { mirrors: new Map([[stub.host, [`${mirror.url}/`]]]) };
  using first = repositoryOf(stub, { settings, credentials: ada });
  assert.deepEqual((await first.manifest('1', signal)).bytes, bytes);
  const mirrored = serveManifest(mirror, '{"schemaVersion":2,"of":"mirror"}');
  using second = repositoryOf(stub, { settings, credentials: ada });
  assert.deepEqual((await second.manifest('1', signal)).bytes, mirrored);
  assert.ok(mirror.seen.every(({ authorization }) => authorization === undefined));
  using push = repositoryOf(stub, { settings, actions: 'push' });
  await push.putManifest('2', { mediaType: mediaTypes.ociManifest, bytes }, signal);
  assert.ok(mirror.seen.every(({ method }) => method !== 'PUT'));
});

test('hosts.toml says where a registry is', async () => {
  await using stub = await startStub();
  const bytes = serveManifest(stub);
  mkdirSync(join(folder, 'r.test'));
  writeFileSync(
    join(folder, 'r.test', 'hosts.toml'),
    `server = "${stub.url}"\n[host."${stub.url}/none"]\n  capabilities = ["pull", "resolve"]\n  [host."${stub.url}/none".header]\n  x-token = "t"\n`,
  );
  using repository = repositoryOf(stub, { domain: 'r.test' });
  assert.deepEqual((await repository.manifest('1', signal)).bytes, bytes);
  assert.deepEqual(
    stub.seen
      .filter(({ url }) => url.includes('manifests'))
      .map(({ url, headers }) => [url, headers['x-token']]),
    [
      ['/none/v2/app/manifests/1', 't'],
      ['/v2/app/manifests/1', undefined],
    ],
  );
  writeFileSync(join(folder, 'r.test', 'hosts.toml'), 'server = 1');
  using broken = repositoryOf(stub, { domain: 'r.test' });
  await assert.rejects(broken.manifest('1', signal), /hosts.toml: server is no string/);
});

test('pages of tags are followed on the registry alone', async () => {
  await using stub = await startStub();
  stub.before = (req, res) => {
    if (!req.url?.includes('/tags/')) return false;
    const more = req.url.includes('last=b') ? {} : { Link: '</v2/app/tags/list?last=b>; rel="next"' };
    res
      .writeHead(200, more)
      .end(JSON.stringify({ tags: req.url.includes('last=b') ? ['c'] : ['a', 'b', '../x'] }));
    return true;
  };
  using repository = repositoryOf(stub);
  assert.deepEqual(await repository.tags(signal), ['a', 'b', 'c']);
  stub.before = (req, res) => {
    if (!req.url?.includes('/tags/')) return false;
    res.writeHead(200, { Link: '<http://169.254.169.254/>; rel="next"' }).end('{"tags":[]}');
    return true;
  };
  await assert.rejects(repository.tags(signal), /goes on elsewhere/);
});

test('cancelling ends a request', async () => {
  await using stub = await startStub();
  const controller = new AbortController();
  stub.before = (req) => {
    if (req.url?.includes('manifests')) controller.abort();
    return req.url?.includes('manifests') === true;
  };
  using repository = repositoryOf(stub);
  await assert.rejects(repository.manifest('1', controller.signal));
});
