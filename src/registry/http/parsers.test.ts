import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RegistryError } from '../errors.ts';
import { isRepositoryName } from '../names.ts';
import { page, pageQuery } from './paging.ts';
import { chunkStart, requestedRange } from './range.ts';
import { routeOf } from './route.ts';

/** The error's code, or null. */
const codeOf = (act: () => unknown): string | null => {
  try {
    act();
    return null;
  } catch (error) {
    assert.ok(error instanceof RegistryError, String(error));
    return error.code;
  }
};

test('paths of every form', () => {
  const id = '0f8fad5b-d9cb-469f-a165-70867728950e';
  const digest = `sha256:${'a'.repeat(64)}`;
  assert.deepEqual(routeOf('/v2/'), { kind: 'base' });
  assert.deepEqual(routeOf('/v2/_catalog'), { kind: 'catalog' });
  assert.deepEqual(routeOf('/v1/search'), { kind: 'search' });
  assert.deepEqual(routeOf('/v2/a/tags/list'), { kind: 'tags', name: 'a' });
  assert.deepEqual(routeOf('/v2/a/b/manifests/v1'), {
    kind: 'manifest',
    name: 'a/b',
    reference: { tag: 'v1' },
  });
  assert.deepEqual(routeOf(`/v2/a/manifests/${digest}`), {
    kind: 'manifest',
    name: 'a',
    reference: { digest },
  });
  assert.deepEqual(routeOf(`/v2/a/blobs/${digest.replace(':', '%3A')}`), { kind: 'blob', name: 'a', digest });
  assert.deepEqual(routeOf('/v2/a/blobs/uploads/'), { kind: 'uploads', name: 'a' });
  assert.deepEqual(routeOf(`/v2/a/blobs/uploads/${id}`), { kind: 'upload', name: 'a', id });
  assert.deepEqual(routeOf('/v2/tags/manifests/blobs/tags/list'), {
    kind: 'tags',
    name: 'tags/manifests/blobs',
  });
  assert.equal(
    codeOf(() => routeOf('/v2/a/blobs/uploads/../../../etc')),
    'UNSUPPORTED',
  );
  assert.equal(
    codeOf(() => routeOf('/v2/../x/blobs/uploads/')),
    'NAME_INVALID',
  );
});

test('any path is a route whose parts are of the grammar, or a refusal', () => {
  const words = fc.constantFrom(
    'v2',
    'a',
    '..',
    '%2e%2e',
    '_layers',
    'blobs',
    'uploads',
    'tags',
    'list',
    'manifests',
    'referrers',
    'sha256:aa',
    '',
    '%00',
    'A',
    '%2f',
  );
  const path = fc.oneof(
    fc.string({ unit: 'binary' }).map((text) => `/v2/${text}`),
    fc.array(words, { maxLength: 8 }).map((parts) => `/${parts.join('/')}`),
  );
  fc.assert(
    fc.property(path, (text) => {
      codeOf(() => {
        const route = routeOf(text);
        if ('name' in route) assert.ok(isRepositoryName(route.name) && !/\.\.|\/\/|_l|\0/.test(route.name));
      });
    }),
  );
});

test('ranges lie inside, or are refused', () => {
  assert.deepEqual(requestedRange('bytes=0-0', 10), { start: 0, end: 1 });
  assert.deepEqual(requestedRange('bytes=-20', 10), { start: 0, end: 10 });
  assert.equal(requestedRange(undefined, 10), null);
  assert.equal(requestedRange('bytes=-', 10), null);
  assert.equal(
    codeOf(() => requestedRange('bytes=3-2', 10)),
    'RANGE_INVALID',
  );
  assert.equal(
    codeOf(() => requestedRange('bytes=0-', 0)),
    'RANGE_INVALID',
  );
  assert.equal(chunkStart('0-3', '4'), 0);
  assert.equal(chunkStart('bytes 4-7/*', undefined), 4);
  assert.equal(chunkStart(undefined, '4'), null);
  assert.equal(
    codeOf(() => chunkStart('4-2', undefined)),
    'RANGE_INVALID',
  );
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d*-\d*$/)), fc.nat(), (header, size) => {
      codeOf(() => {
        const range = requestedRange(header, size);
        if (range !== null) assert.ok(range.start >= 0 && range.start < range.end && range.end <= size);
      });
      codeOf(() => chunkStart(header, String(size)));
    }),
  );
});

test('pages put together are the list', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{1,4}$/)).map((list) => list.sort());
  fc.assert(
    fc.property(names, fc.integer({ min: 1, max: 5 }), (sorted, n) => {
      const found: string[] = [];
      for (let query = new URLSearchParams({ n: String(n) }); ; ) {
        const { items, headers } = page(sorted, pageQuery(query, true), '/x', false);
        found.push(...items);
        if (headers.link === undefined) break;
        query = new URLSearchParams(/\?([^>]*)>/.exec(headers.link)?.[1]);
      }
      assert.deepEqual(found, sorted);
    }),
  );
  fc.assert(
    fc.property(fc.string(), fc.boolean(), (n, strict) => {
      codeOf(() => {
        const query = pageQuery(new URLSearchParams({ n }), strict);
        assert.ok(query.n === null || (query.n >= (strict ? 1 : 0) && query.n <= 1000));
      });
    }),
  );
});
