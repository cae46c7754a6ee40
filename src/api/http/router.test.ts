import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '../answer.ts';
import { type Method, route } from '../route.ts';
import { routes } from '../routes/table.ts';
import { createRouter } from './router.ts';

const on = (method: Method, path: string) =>
  route({ method, path, operation: null, since: 24, handle: () => ok });

test('starred parameters take slashes, plain ones do not, empty ones do not match', () => {
  const router = createRouter([
    on('GET', '/a/{x}/y'),
    on('GET', '/b/{x*}/y'),
    on('GET', '/b/{x*}'),
    on('DELETE', '/c/{x*}/d/{y}'),
    on('GET', '/b/z'),
  ]);
  assert.equal(router('GET', '/a/1/2/y'), null);
  assert.deepEqual(router('GET', '/a/1/y')?.params, { x: '1' });
  assert.deepEqual(router('GET', '/b/1/2/y')?.params, { x: '1/2' });
  assert.equal(router('GET', '/b/1/2')?.route.path, '/b/{x*}');
  assert.equal(router('GET', '/b/z')?.route.path, '/b/z');
  assert.deepEqual(router('DELETE', '/c/1/2/d/3')?.params, { x: '1/2', y: '3' });
  assert.equal(router('GET', '/a//y'), null);
  assert.equal(router('GET', '/b/'), null);
  assert.equal(router('POST', '/a/1/y'), null);
});

test('every route of the table can be reached by a path of its own', () => {
  const router = createRouter(routes);
  for (const expected of routes) {
    const path = expected.path.replace(/\{[^}]*\}/g, 'some-name');
    assert.equal(router(expected.method, path)?.route, expected, `${expected.method} ${expected.path}`);
  }
});

test('names that look like routes stay names where Docker has it so', () => {
  const router = createRouter(routes);
  const reached = (method: string, path: string) => router(method, path)?.route.path;
  assert.equal(reached('GET', '/images/library/json/json'), '/images/{name*}/json');
  assert.equal(reached('GET', '/images/get'), '/images/get');
  assert.equal(reached('GET', '/containers/json'), '/containers/json');
  assert.equal(reached('GET', '/containers/json/json'), '/containers/{id*}/json');
  assert.equal(reached('DELETE', '/images/registry:5000/a/b:tag'), '/images/{name*}');
  assert.equal(
    reached('DELETE', '/containers/a/checkpoints/b'),
    '/containers/{id*}/checkpoints/{checkpoint}',
  );
  assert.equal(reached('POST', '/networks/prune'), '/networks/prune');
});
