/** distribution-spec, category "Content Discovery". */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../../src/wire/digest.ts';
import { type Ask, manifestOf, pushBlob, pushImage, putManifest, types } from '../../harness/registry/ask.ts';
import { local, overStorages } from './storages.ts';

interface TagList {
  readonly name: string;
  readonly tags: string[];
}
interface Index {
  readonly schemaVersion: number;
  readonly mediaType: string;
  readonly manifests: {
    readonly digest: string;
    readonly artifactType?: string;
    readonly mediaType: string;
    readonly size: number;
    readonly annotations?: Record<string, string>;
  }[];
}

const next = (link: string | string[] | undefined): string =>
  /^<([^>]+)>; rel="next"$/.exec(String(link ?? ''))?.[1] ?? '';

/** Every page from `path` on, by the links. */
async function pages<T>(ask: Ask, path: string): Promise<T[]> {
  const all: T[] = [];
  for (let at = path; at !== ''; ) {
    const answer = await ask('GET', at);
    assert.equal(answer.status, 200);
    all.push(answer.json<T>());
    at = next(answer.headers.link);
    assert.ok(all.length < 100);
  }
  return all;
}

overStorages('Content Discovery', local, (name, ask) => {
  test(`${name}: tags in order, whole and in pages`, async () => {
    const { bytes } = await pushImage(ask, 'discover/tags', 'v1');
    const tags = ['Z', 'a', 'b.1', 'b-1', '_x', '10', '9', 'v1'];
    for (const tag of tags) await putManifest(ask, 'discover/tags', tag, bytes);
    const sorted = [...tags].sort();
    const path = '/v2/discover/tags/tags/list';
    assert.deepEqual((await ask('GET', path)).json(), { name: 'discover/tags', tags: sorted });
    const paged = await pages<TagList>(ask, `${path}?n=3`);
    assert.deepEqual(
      paged.map((page) => page.tags.length),
      [3, 3, 2],
    );
    assert.deepEqual(
      paged.flatMap((page) => page.tags),
      sorted,
    );
    const behind = await ask('GET', `${path}?n=2&last=${sorted[2]}`);
    assert.deepEqual(behind.json<TagList>().tags, sorted.slice(3, 5));
    const missing = await ask('GET', `${path}?last=b`);
    assert.deepEqual(
      missing.json<TagList>().tags,
      sorted.filter((tag) => tag > 'b'),
      'also behind a tag that is not there',
    );
    const none = await ask('GET', `${path}?n=0`);
    assert.deepEqual(none.json<TagList>().tags, []);
    assert.equal(none.headers.link, undefined);
    const much = await ask('GET', `${path}?n=999999999`);
    assert.deepEqual(much.json<TagList>().tags, sorted);
    for (const bad of ['-1', 'abc', '1e9', '1.5']) {
      assert.equal((await ask('GET', `${path}?n=${bad}`)).status, 400, bad);
    }
  });

  test(`${name}: tags of what is not there, and of what has none`, async () => {
    assert.equal((await ask('GET', '/v2/discover/never/tags/list')).code, 'NAME_UNKNOWN');
    await pushBlob(ask, 'discover/untagged', 'x');
    assert.deepEqual((await ask('GET', '/v2/discover/untagged/tags/list')).json(), {
      name: 'discover/untagged',
      tags: [],
    });
  });

  test(`${name}: the catalogue in order and in pages`, async () => {
    for (const repository of ['cat/b', 'cat/a', 'cat', 'cat-x', 'cat/a/b', 'cat/a-b']) {
      await pushBlob(ask, repository, 'x');
    }
    const paged = await pages<{ repositories: string[] }>(ask, '/v2/_catalog?n=2');
    const all = paged.flatMap((page) => page.repositories);
    assert.deepEqual(all, [...all].sort());
    for (const wanted of ['cat', 'cat-x', 'cat/a', 'cat/a-b', 'cat/a/b', 'cat/b'])
      assert.ok(all.includes(wanted));
    assert.ok(paged.slice(0, -1).every((page) => page.repositories.length === 2));
    for (const bad of ['0', '-1', '1001', '2147483647', '1e9', 'abc']) {
      assert.equal((await ask('GET', `/v2/_catalog?n=${bad}`)).code, 'PAGINATION_NUMBER_INVALID', bad);
    }
    assert.equal((await ask('GET', '/v2/_catalog?n=1000')).status, 200);
  });

  test(`${name}: referrers with their types and annotations`, async () => {
    const { digest, bytes } = await pushImage(ask, 'discover/referrers', 'v1');
    const subject = { mediaType: types.manifest, digest, size: bytes.length };
    const path = `/v2/discover/referrers/referrers/${digest}`;
    const empty = await ask('GET', path);
    assert.equal(empty.status, 200);
    assert.equal(empty.headers['content-type'], types.index);
    assert.deepEqual(empty.json(), { schemaVersion: 2, mediaType: types.index, manifests: [] });

    const sbom = manifestOf('{}', [], {
      subject,
      artifactType: 'application/vnd.example.sbom',
      annotations: { 'org.example.format': 'json' },
    });
    const plain = manifestOf('{}', ['content'], { subject });
    const index = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: types.index,
        manifests: [],
        subject,
        annotations: { k: 'v' },
      }),
    );
    for (const [manifest, type] of [
      [sbom, types.manifest],
      [plain, types.manifest],
      [index, types.index],
    ] as const) {
      assert.equal(
        (await putManifest(ask, 'discover/referrers', sha256(manifest), manifest, type)).status,
        201,
      );
    }
    const all = (await ask('GET', path)).json<Index>();
    assert.equal(all.manifests.length, 3);
    const byDigest = new Map(all.manifests.map((one) => [one.digest, one]));
    assert.deepEqual(byDigest.get(sha256(sbom)), {
      mediaType: types.manifest,
      digest: sha256(sbom),
      size: sbom.length,
      artifactType: 'application/vnd.example.sbom',
      annotations: { 'org.example.format': 'json' },
    });
    assert.equal(byDigest.get(sha256(plain))?.artifactType, types.config);
    assert.deepEqual(byDigest.get(sha256(index)), {
      mediaType: types.index,
      digest: sha256(index),
      size: index.length,
      annotations: { k: 'v' },
    });

    const filtered = await ask('GET', `${path}?artifactType=application/vnd.example.sbom`);
    assert.equal(filtered.headers['oci-filters-applied'], 'artifactType');
    assert.deepEqual(
      filtered.json<Index>().manifests.map((one) => one.digest),
      [sha256(sbom)],
    );
    assert.equal((await ask('DELETE', `/v2/discover/referrers/manifests/${sha256(sbom)}`)).status, 202);
    assert.equal((await ask('GET', path)).json<Index>().manifests.length, 2);
  });

  test(`${name}: referrers of what was never heard of are none; of what is no digest an error`, async () => {
    const answer = await ask('GET', `/v2/discover/nobody/referrers/${sha256('x')}`);
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json<Index>().manifests, []);
    assert.equal((await ask('GET', '/v2/discover/nobody/referrers/v1')).status, 400);
    assert.equal((await ask('GET', '/v2/discover/nobody/referrers/sha256:abc')).status, 400);
  });

  test(`${name}: referrers that a client listed under a tag are found too`, async () => {
    const { digest } = await pushImage(ask, 'discover/tagged', 'v1');
    const signature = manifestOf('{}', [], { artifactType: 'application/vnd.example.sig' });
    await putManifest(ask, 'discover/tagged', 'sig', signature);
    const descriptor = {
      mediaType: types.manifest,
      digest: sha256(signature),
      size: signature.length,
      artifactType: 'application/vnd.example.sig',
    };
    const index = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: types.index, manifests: [descriptor] }),
    );
    await putManifest(ask, 'discover/tagged', digest.replace(':', '-'), index, types.index);
    const answer = await ask('GET', `/v2/discover/tagged/referrers/${digest}`);
    assert.deepEqual(answer.json<Index>().manifests, [descriptor]);
  });

  test(`${name}: referrers in pages where they are many`, async () => {
    const { digest, bytes } = await pushImage(ask, 'discover/many', 'v1');
    const subject = { mediaType: types.manifest, digest, size: bytes.length };
    const digests: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      const manifest = manifestOf('{}', [], {
        subject,
        annotations: { big: `${count}${'x'.repeat(1 << 20)}` },
      });
      digests.push(sha256(manifest));
      await putManifest(ask, 'discover/many', sha256(manifest), manifest);
    }
    const all = await pages<Index>(ask, `/v2/discover/many/referrers/${digest}`);
    assert.ok(all.length > 1);
    assert.deepEqual(
      all.flatMap((page) => page.manifests.map((one) => one.digest)),
      digests.sort(),
    );
  });
});
