/** distribution-spec, category "Pull". */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../../src/wire/digest.ts';
import { pushBlob, pushImage, types } from '../../harness/registry/ask.ts';
import { local, overStorages } from './storages.ts';

const nowhere = sha256('nowhere');

overStorages('Pull', local, (name, ask) => {
  test(`${name}: the base says that this is a registry`, async () => {
    for (const path of ['/v2/', '/v2']) {
      const answer = await ask('GET', path);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['docker-distribution-api-version'], 'registry/2.0');
      assert.deepEqual(answer.json(), {});
    }
  });

  test(`${name}: blobs by GET and HEAD`, async () => {
    const digest = await pushBlob(ask, 'pull/blobs', 'hello world');
    const whole = await ask('GET', `/v2/pull/blobs/blobs/${digest}`);
    assert.equal(whole.status, 200);
    assert.equal(whole.body.toString(), 'hello world');
    assert.equal(whole.headers['docker-content-digest'], digest);
    assert.equal(whole.headers['content-length'], '11');
    assert.equal(whole.headers['content-type'], 'application/octet-stream');
    assert.equal(whole.headers.etag, `"${digest}"`);
    const head = await ask('HEAD', `/v2/pull/blobs/blobs/${digest}`);
    assert.equal(head.status, 200);
    assert.equal(head.headers['content-length'], '11');
    assert.equal(head.headers['docker-content-digest'], digest);
    const known = await ask('GET', `/v2/pull/blobs/blobs/${digest}`, {
      headers: { 'if-none-match': `"${digest}"` },
    });
    assert.equal(known.status, 304);
  });

  test(`${name}: an empty blob`, async () => {
    const digest = await pushBlob(ask, 'pull/empty', '');
    const answer = await ask('GET', `/v2/pull/empty/blobs/${digest}`);
    assert.equal(answer.status, 200);
    assert.equal(answer.body.length, 0);
    assert.equal(answer.headers['content-length'], '0');
  });

  test(`${name}: ranges of blobs`, async () => {
    const digest = await pushBlob(ask, 'pull/ranges', '0123456789');
    const part = async (range: string): Promise<[number, string, string | undefined]> => {
      const answer = await ask('GET', `/v2/pull/ranges/blobs/${digest}`, { headers: { range } });
      return [
        answer.status,
        answer.status < 400 ? answer.body.toString() : answer.code,
        answer.headers['content-range'],
      ];
    };
    assert.deepEqual(await part('bytes=2-4'), [206, '234', 'bytes 2-4/10']);
    assert.deepEqual(await part('bytes=7-'), [206, '789', 'bytes 7-9/10']);
    assert.deepEqual(await part('bytes=-3'), [206, '789', 'bytes 7-9/10']);
    assert.deepEqual(await part('bytes=5-500'), [206, '56789', 'bytes 5-9/10']);
    assert.deepEqual(await part('bytes=10-'), [416, 'RANGE_INVALID', 'bytes */10']);
    assert.deepEqual(await part('bytes=1-2,4-5'), [200, '0123456789', undefined]);
    assert.deepEqual(await part('lines=1-2'), [200, '0123456789', undefined]);
  });

  test(`${name}: blobs that are not there`, async () => {
    await pushBlob(ask, 'pull/one', 'only in one');
    for (const method of ['GET', 'HEAD']) {
      assert.equal((await ask(method, `/v2/pull/one/blobs/${nowhere}`)).status, 404);
      assert.equal((await ask(method, `/v2/pull/other/blobs/${sha256('only in one')}`)).status, 404);
    }
    assert.equal((await ask('GET', `/v2/pull/one/blobs/${nowhere}`)).code, 'BLOB_UNKNOWN');
    assert.equal((await ask('GET', '/v2/pull/one/blobs/sha256:abc')).code, 'DIGEST_INVALID');
  });

  test(`${name}: manifests by tag and digest, GET and HEAD, byte for byte`, async () => {
    const { bytes, digest } = await pushImage(ask, 'pull/image', 'v1');
    for (const reference of ['v1', digest]) {
      const answer = await ask('GET', `/v2/pull/image/manifests/${reference}`);
      assert.equal(answer.status, 200);
      assert.ok(answer.body.equals(bytes));
      assert.equal(answer.headers['docker-content-digest'], digest);
      assert.equal(answer.headers['content-type'], types.manifest);
      const head = await ask('HEAD', `/v2/pull/image/manifests/${reference}`);
      assert.equal(head.status, 200);
      assert.equal(head.headers['content-length'], String(bytes.length));
      assert.equal(head.headers['docker-content-digest'], digest);
      assert.equal(head.body.length, 0);
    }
  });

  test(`${name}: manifests that are not there`, async () => {
    await pushImage(ask, 'pull/some', 'v1');
    for (const method of ['GET', 'HEAD']) {
      assert.equal((await ask(method, '/v2/pull/some/manifests/v2')).status, 404);
      assert.equal((await ask(method, `/v2/pull/some/manifests/${nowhere}`)).status, 404);
    }
    assert.equal((await ask('GET', '/v2/pull/some/manifests/v2')).code, 'MANIFEST_UNKNOWN');
    assert.equal((await ask('GET', '/v2/pull/never/manifests/v2')).code, 'NAME_UNKNOWN');
    const bad = await ask('GET', '/v2/pull/some/manifests/sha256:baddigeststring');
    assert.ok(bad.status === 400 || bad.status === 404);
  });

  test(`${name}: a manifest of one repository is not another's`, async () => {
    const { digest } = await pushImage(ask, 'pull/mine', 'v1', 'mine alone');
    await pushImage(ask, 'pull/yours', 'v1', 'yours alone');
    assert.equal((await ask('GET', `/v2/pull/yours/manifests/${digest}`)).status, 404);
  });
});
