/** distribution-spec, category "Push". */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { sha256 } from '../../../src/wire/digest.ts';
import {
  type Ask,
  beginUpload,
  manifestOf,
  pushBlob,
  pushImage,
  putManifest,
  types,
} from '../../harness/registry/ask.ts';
import { all, overStorages } from './storages.ts';

const octets = { 'content-type': 'application/octet-stream' };

async function holds(ask: Ask, name: string, content: string): Promise<void> {
  const answer = await ask('GET', `/v2/${name}/blobs/${sha256(content)}`);
  assert.equal(answer.status, 200);
  assert.equal(answer.body.toString(), content);
}

overStorages('Push', all, (name, ask) => {
  test(`${name}: a blob by POST then PUT`, async () => {
    const digest = sha256('monolithic');
    const location = await beginUpload(ask, 'push/mono');
    assert.match(location, /^\/v2\/push\/mono\/blobs\/uploads\/[0-9a-f-]{36}$/);
    const answer = await ask('PUT', `${location}?digest=${digest}`, { body: 'monolithic', headers: octets });
    assert.equal(answer.status, 201);
    assert.equal(answer.headers.location, `/v2/push/mono/blobs/${digest}`);
    assert.equal(answer.headers['docker-content-digest'], digest);
    await holds(ask, 'push/mono', 'monolithic');
    assert.equal((await ask('GET', location)).status, 404, 'the session is over');
  });

  test(`${name}: a blob by a single POST`, async () => {
    const digest = sha256('single');
    const answer = await ask('POST', `/v2/push/single/blobs/uploads/?digest=${digest}`, { body: 'single' });
    assert.equal(answer.status, 201);
    assert.equal(answer.headers.location, `/v2/push/single/blobs/${digest}`);
    await holds(ask, 'push/single', 'single');
  });

  test(`${name}: a blob by PATCH as a stream, then PUT`, async () => {
    const location = await beginUpload(ask, 'push/stream');
    const patched = await ask('PATCH', location, {
      headers: octets,
      body: (async function* () {
        yield Buffer.from('strea');
        yield Buffer.from('med');
      })(),
    });
    assert.equal(patched.status, 202);
    assert.equal(patched.headers.range, '0-7');
    const done = await ask('PUT', `${patched.headers.location}?digest=${sha256('streamed')}`);
    assert.equal(done.status, 201);
    await holds(ask, 'push/stream', 'streamed');
  });

  test(`${name}: a blob in chunks, the last one with the PUT`, async () => {
    let location = await beginUpload(ask, 'push/chunks');
    const chunk = (text: string, range: string) =>
      ask('PATCH', location, { body: text, headers: { ...octets, 'content-range': range } });
    const first = await chunk('one ', '0-3');
    assert.equal(first.status, 202);
    assert.equal(first.headers.range, '0-3');
    location = first.headers.location ?? '';
    const second = await chunk('two ', '4-7');
    assert.equal(second.status, 202);
    assert.equal(second.headers.range, '0-7');
    const done = await ask('PUT', `${location}?digest=${sha256('one two three')}`, {
      body: 'three',
      headers: { ...octets, 'content-range': '8-12' },
    });
    assert.equal(done.status, 201);
    await holds(ask, 'push/chunks', 'one two three');
  });

  test(`${name}: chunks out of order get 416 and where to go on`, async () => {
    const location = await beginUpload(ask, 'push/order');
    const chunk = (text: string, range: string) =>
      ask('PATCH', location, { body: text, headers: { ...octets, 'content-range': range } });
    assert.equal((await chunk('late', '4-7')).status, 416);
    assert.equal((await chunk('four', '0-3')).status, 202);
    const again = await chunk('four', '0-3');
    assert.equal(again.status, 416);
    assert.equal(again.headers.range, '0-3');
    assert.equal((await chunk('five', '4-9')).status, 416, 'a range of another length than the body');
    assert.equal((await chunk('five', 'x-y')).status, 416);
    const status = await ask('GET', location);
    assert.equal(status.status, 204);
    assert.equal(status.headers.range, '0-3');
    assert.equal(status.headers.location, location);
  });

  test(`${name}: an upload without bytes says 0-0`, async () => {
    const answer = await ask('POST', '/v2/push/none/blobs/uploads/');
    assert.equal(answer.status, 202);
    assert.equal(answer.headers.range, '0-0');
    assert.ok((answer.headers['docker-upload-uuid'] ?? '').length === 36);
    assert.equal((await ask('GET', answer.headers.location ?? '')).headers.range, '0-0');
  });

  test(`${name}: an upload is cancelled`, async () => {
    const location = await beginUpload(ask, 'push/cancel');
    await ask('PATCH', location, { body: 'some', headers: octets });
    assert.equal((await ask('DELETE', location)).status, 204);
    const gone = await ask('GET', location);
    assert.equal(gone.status, 404);
    assert.equal(gone.code, 'BLOB_UPLOAD_UNKNOWN');
    assert.equal((await ask('DELETE', location)).status, 404);
  });

  test(`${name}: content with another digest is refused and not kept`, async () => {
    const location = await beginUpload(ask, 'push/wrong');
    const wrong = await ask('PUT', `${location}?digest=${sha256('right')}`, {
      body: 'wrong',
      headers: octets,
    });
    assert.equal(wrong.status, 400);
    assert.equal(wrong.code, 'DIGEST_INVALID');
    for (const content of ['right', 'wrong']) {
      assert.equal((await ask('HEAD', `/v2/push/wrong/blobs/${sha256(content)}`)).status, 404);
    }
    assert.equal((await ask('GET', location)).status, 404);
    const single = await ask('POST', `/v2/push/wrong/blobs/uploads/?digest=${sha256('right')}`, {
      body: 'wrong',
    });
    assert.equal(single.status, 400);
    for (const bad of ['sha256:abc', 'md5:d41d8cd98f00b204e9800998ecf8427e', 'x']) {
      const again = await beginUpload(ask, 'push/wrong');
      assert.equal((await ask('PUT', `${again}?digest=${bad}`)).status, 400);
      assert.equal((await ask('PUT', again)).status, 400, 'no digest at all');
    }
  });

  test(`${name}: sha512 blobs and manifests`, async () => {
    const sha512 = (text: string | Buffer): string =>
      `sha512:${createHash('sha512').update(text).digest('hex')}`;
    const digest = sha512('longer');
    const begun = await ask('POST', '/v2/push/long/blobs/uploads/?digest-algorithm=sha512');
    assert.equal(begun.status, 202);
    const done = await ask('PUT', `${begun.headers.location}?digest=${digest}`, { body: 'longer' });
    assert.equal(done.status, 201);
    const plain = await beginUpload(ask, 'push/long');
    assert.equal((await ask('PUT', `${plain}?digest=${sha512('plain')}`, { body: 'plain' })).status, 201);
    assert.equal((await ask('GET', `/v2/push/long/blobs/${digest}`)).body.toString(), 'longer');
    await pushBlob(ask, 'push/long', '{}');
    const manifest = manifestOf('{}', []);
    const put = await putManifest(ask, 'push/long', sha512(manifest), manifest);
    assert.equal(put.status, 201);
    assert.equal(put.headers['docker-content-digest'], sha512(manifest));
    assert.equal((await ask('GET', `/v2/push/long/manifests/${sha512(manifest)}`)).status, 200);
    assert.equal((await ask('POST', '/v2/push/long/blobs/uploads/?digest-algorithm=md5')).status, 400);
  });

  test(`${name}: a blob is mounted from another repository`, async () => {
    const digest = await pushBlob(ask, 'push/from', 'to be mounted');
    const answer = await ask('POST', `/v2/push/to/blobs/uploads/?mount=${digest}&from=push/from`);
    assert.equal(answer.status, 201);
    assert.equal(answer.headers.location, `/v2/push/to/blobs/${digest}`);
    assert.equal(answer.headers['docker-content-digest'], digest);
    await holds(ask, 'push/to', 'to be mounted');
  });

  test(`${name}: what can't be mounted becomes an upload`, async () => {
    await pushBlob(ask, 'push/from2', 'x');
    for (const query of [
      `mount=${sha256('nowhere')}&from=push/from2`,
      `mount=${sha256('x')}&from=push/nobody`,
      `mount=${sha256('x')}`,
      `mount=${sha256('x')}&from=../etc`,
      'mount=sha256:abc&from=push/from2',
    ]) {
      const answer = await ask('POST', `/v2/push/to2/blobs/uploads/?${query}`);
      assert.equal(answer.status, 202, query);
      assert.match(answer.headers.location ?? '', /\/uploads\/[0-9a-f-]{36}$/);
    }
  });

  test(`${name}: manifests by tag and by digest`, async () => {
    const { bytes, digest } = await pushImage(ask, 'push/image', 'v1');
    const byTag = await putManifest(ask, 'push/image', 'v2', bytes);
    assert.equal(byTag.status, 201);
    assert.equal(byTag.headers.location, `/v2/push/image/manifests/${digest}`);
    assert.equal(byTag.headers['docker-content-digest'], digest);
    assert.equal((await putManifest(ask, 'push/image', digest, bytes)).status, 201);
    const other = await putManifest(ask, 'push/image', sha256('other'), bytes);
    assert.equal(other.status, 400);
    assert.equal(other.code, 'DIGEST_INVALID');
  });

  test(`${name}: several tags with one PUT`, async () => {
    const { bytes, digest } = await pushImage(ask, 'push/tags', 'first');
    const answer = await putManifest(ask, 'push/tags', `${digest}?tag=1.2.3&tag=1.2&tag=latest`, bytes);
    assert.equal(answer.status, 201);
    assert.equal(answer.headers['oci-tag'], '1.2.3, 1.2, latest');
    for (const tag of ['1.2.3', '1.2', 'latest']) {
      assert.equal((await ask('HEAD', `/v2/push/tags/manifests/${tag}`)).status, 200);
    }
  });

  test(`${name}: an index over manifests, also a nested one`, async () => {
    const { bytes, digest } = await pushImage(ask, 'push/index', 'amd64');
    const indexOf = (type: string, of: string, size: number): Buffer =>
      Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: types.index,
          manifests: [{ mediaType: type, digest: of, size }],
        }),
      );
    const index = indexOf(types.manifest, digest, bytes.length);
    assert.equal((await putManifest(ask, 'push/index', 'multi', index, types.index)).status, 201);
    const outer = indexOf(types.index, sha256(index), index.length);
    assert.equal((await putManifest(ask, 'push/index', 'outer', outer, types.index)).status, 201);
    const answer = await ask('GET', '/v2/push/index/manifests/multi');
    assert.equal(answer.headers['content-type'], types.index);
    assert.ok(answer.body.equals(index));
    const sparse = indexOf(types.manifest, sha256('nowhere'), 7);
    assert.equal(
      (await putManifest(ask, 'push/index', 'x', sparse, types.index)).code,
      'MANIFEST_BLOB_UNKNOWN',
    );
  });

  test(`${name}: manifests need their blobs, of the size they say`, async () => {
    await pushBlob(ask, 'push/needs', '{}');
    const missing = await putManifest(ask, 'push/needs', 'v1', manifestOf('{}', ['not here']));
    assert.equal(missing.code, 'MANIFEST_BLOB_UNKNOWN');
    assert.equal((await ask('HEAD', '/v2/push/needs/manifests/v1')).status, 404);
    await pushBlob(ask, 'push/needs', 'layer');
    const lying = manifestOf('{}', ['layer']).toString().replace('"size":5', '"size":6');
    assert.equal((await putManifest(ask, 'push/needs', 'v1', Buffer.from(lying))).code, 'SIZE_INVALID');
    const foreign = manifestOf('{}', [], {
      layers: [
        {
          mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
          digest: sha256('elsewhere'),
          size: 7,
        },
      ],
    });
    assert.equal((await putManifest(ask, 'push/needs', 'foreign', foreign)).status, 201);
  });

  test(`${name}: manifests with a subject, that may be missing`, async () => {
    await pushBlob(ask, 'push/subject', '{}');
    const subject = { mediaType: types.manifest, digest: sha256('later'), size: 5 };
    const answer = await putManifest(ask, 'push/subject', 'sig', manifestOf('{}', [], { subject }));
    assert.equal(answer.status, 201);
    assert.equal(answer.headers['oci-subject'], subject.digest);
  });

  test(`${name}: what is no manifest is refused`, async () => {
    await pushBlob(ask, 'push/bad', '{}');
    const bad = (text: string, type: string = types.manifest) =>
      putManifest(ask, 'push/bad', 'v1', Buffer.from(text), type);
    const good = manifestOf('{}', []).toString();
    for (const answer of [
      await bad(''),
      await bad('{'),
      await bad('null'),
      await bad('[]'),
      await bad('{"schemaVersion":1}'),
      await bad('{"schemaVersion":2}'),
      await bad(good, 'text/plain'),
      await bad(good, types.index),
      await bad(good.replace('"layers":[]', '"layers":null')),
      await bad(good.replace('"layers":[]', '"layers":[],"manifests":[]')),
      await bad(good.replace(sha256('{}'), 'sha256:../../x')),
      await bad(good.replace('"size":2', '"size":-1')),
      await bad(good.replace('"size":2', '"size":"2"')),
      await bad('['.repeat(100_000)),
    ]) {
      assert.equal(answer.status, 400, answer.body.toString());
      assert.equal(answer.code, 'MANIFEST_INVALID');
    }
    assert.equal((await ask('GET', '/v2/push/bad/tags/list')).json<{ tags: string[] }>().tags.length, 0);
  });

  test(`${name}: custom fields and odd white space are kept byte for byte`, async () => {
    await pushBlob(ask, 'push/custom', '{}');
    const bytes = Buffer.from(
      `\n ${manifestOf('{}', [], { 'org.example.x': { y: [1] }, annotations: { __proto__: 'a', k: 'v' } })}\n\n`,
    );
    assert.equal((await putManifest(ask, 'push/custom', 'v1', bytes)).status, 201);
    assert.ok((await ask('GET', '/v2/push/custom/manifests/v1')).body.equals(bytes));
  });

  test(`${name}: names, tags and methods outside the grammar`, async () => {
    const status = async (method: string, path: string) => (await ask(method, path)).code;
    for (const bad of [
      'A',
      'a//b',
      'a/',
      '-a',
      'a..b',
      'a/../b',
      '_a',
      'a/_layers',
      'a'.repeat(256),
      '%2e%2e',
      '..%2f..',
      'a%00b',
      'a%0a',
    ]) {
      assert.equal(await status('POST', `/v2/${bad}/blobs/uploads/`), 'NAME_INVALID', bad);
      assert.equal(await status('GET', `/v2/${bad}/tags/list`), 'NAME_INVALID', bad);
    }
    for (const bad of ['.x', '-x', 'x'.repeat(129), 'x%2fy%20', 'x%00']) {
      assert.match(await status('GET', `/v2/a/manifests/${bad}`), /TAG_INVALID|UNSUPPORTED/, bad);
    }
    assert.equal((await ask('POST', '/v2/a/manifests/v1')).status, 405);
    assert.equal((await ask('PUT', '/v2/')).status, 405);
    assert.equal((await ask('GET', '/v2/a/b/c')).status, 404);
    assert.equal((await ask('GET', '/v2/%zz/tags/list')).status, 404);
    assert.equal((await ask('GET', '/')).status, 404);
    assert.equal((await ask('GET', '/v2/a/blobs/uploads/../../x')).status, 404);
  });
});
