/** distribution-spec, category "Content Management". */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../../src/wire/digest.ts';
import { beginUpload, pushBlob, pushImage, putManifest } from '../../harness/registry/ask.ts';
import { startRegistry } from '../../harness/registry/registry.ts';
import { all, overStorages } from './storages.ts';

overStorages('Content Management', all, (name, ask) => {
  test(`${name}: a tag is deleted, its manifest stays`, async () => {
    const { bytes, digest } = await pushImage(ask, 'manage/tags', 'v1');
    await putManifest(ask, 'manage/tags', 'v2', bytes);
    assert.equal((await ask('DELETE', '/v2/manage/tags/manifests/v1')).status, 202);
    assert.equal((await ask('GET', '/v2/manage/tags/manifests/v1')).status, 404);
    assert.equal((await ask('GET', '/v2/manage/tags/manifests/v2')).status, 200);
    assert.equal((await ask('GET', `/v2/manage/tags/manifests/${digest}`)).status, 200);
    assert.deepEqual((await ask('GET', '/v2/manage/tags/tags/list')).json(), {
      name: 'manage/tags',
      tags: ['v2'],
    });
    assert.equal((await ask('DELETE', '/v2/manage/tags/manifests/v1')).code, 'MANIFEST_UNKNOWN');
  });

  test(`${name}: a manifest is deleted with all its tags`, async () => {
    const { bytes, digest } = await pushImage(ask, 'manage/manifest', 'v1');
    await putManifest(ask, 'manage/manifest', 'v2', bytes);
    assert.equal((await ask('DELETE', `/v2/manage/manifest/manifests/${digest}`)).status, 202);
    for (const reference of ['v1', 'v2', digest]) {
      assert.equal((await ask('GET', `/v2/manage/manifest/manifests/${reference}`)).status, 404);
    }
    assert.deepEqual((await ask('GET', '/v2/manage/manifest/tags/list')).json<{ tags: string[] }>().tags, []);
    assert.equal((await ask('DELETE', `/v2/manage/manifest/manifests/${digest}`)).status, 404);
    assert.equal((await ask('DELETE', `/v2/manage/never/manifests/${digest}`)).status, 404);
  });

  test(`${name}: a blob is deleted from one repository and stays in the other`, async () => {
    const digest = await pushBlob(ask, 'manage/a', 'shared');
    await pushBlob(ask, 'manage/b', 'shared');
    assert.equal((await ask('DELETE', `/v2/manage/a/blobs/${digest}`)).status, 202);
    assert.equal((await ask('GET', `/v2/manage/b/blobs/${digest}`)).status, 200);
    assert.equal((await ask('GET', `/v2/manage/a/blobs/${digest}`)).status, 404);
    assert.equal((await ask('HEAD', `/v2/manage/a/blobs/${digest}`)).status, 404);
    assert.equal((await ask('DELETE', `/v2/manage/a/blobs/${digest}`)).code, 'BLOB_UNKNOWN');
    assert.equal((await ask('DELETE', `/v2/manage/a/blobs/${sha256('nowhere')}`)).status, 404);
  });

  test(`${name}: what was deleted can be pushed again`, async () => {
    const { digest } = await pushImage(ask, 'manage/again', 'v1');
    await ask('DELETE', `/v2/manage/again/manifests/${digest}`);
    await ask('DELETE', `/v2/manage/again/blobs/${sha256('content')}`);
    await pushImage(ask, 'manage/again', 'v1');
    assert.equal((await ask('GET', '/v2/manage/again/manifests/v1')).status, 200);
  });
});

test('Content Management: where deletions are off, nothing is deleted, and an upload can be cancelled', async () => {
  const { ask, close } = await startRegistry({ delete: false });
  const { digest } = await pushImage(ask, 'a', 'v1');
  for (const path of ['manifests/v1', `manifests/${digest}`, `blobs/${sha256('content')}`]) {
    const answer = await ask('DELETE', `/v2/a/${path}`);
    assert.equal(answer.status, 405, path);
    assert.equal(answer.code, 'UNSUPPORTED');
  }
  assert.equal((await ask('DELETE', await beginUpload(ask, 'a'))).status, 204);
  assert.equal((await ask('GET', '/v2/a/manifests/v1')).status, 200);
  await close();
});

test('Content Management: a read-only registry takes nothing', async () => {
  const { ask, close } = await startRegistry({ readOnly: true });
  assert.equal((await ask('POST', '/v2/a/blobs/uploads/')).status, 405);
  assert.equal((await ask('DELETE', '/v2/a/manifests/v1')).status, 405);
  assert.equal((await ask('GET', '/v2/_catalog')).status, 200);
  await close();
});
