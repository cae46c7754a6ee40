/** The table of routes against the API description: what is there, under which names, with which parameters. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routes } from '../../src/api/routes/table.ts';
import { unbuiltRoutes } from '../../src/api/routes/unbuilt.ts';
import { maxVersion } from '../../src/wire/api/versions.ts';
import { description } from '../harness/engine-api/description.ts';

/** Operations that came after the newest version we serve. */
const later = new Map([['ImageAttestations', 55]]);
/** Parameters that came after it. */
const laterParameters = new Map([['ImageList', ['identity']]]);

const bare = (path: string) => path.replace(/\{[^}]*\}/g, '{}');

test('every operation of the description up to our version has a route', () => {
  const known = new Map(routes.map((route) => [`${route.method} ${bare(route.path)}`, route]));
  for (const operation of description().operations) {
    const since = later.get(operation.id);
    if (since !== undefined && since > maxVersion) continue;
    const route = known.get(`${operation.method} ${bare(operation.path)}`);
    assert.equal(route?.operation, operation.id, `${operation.method} ${operation.path}`);
  }
});

test('no route has the name of an operation that is not in the description', () => {
  const ids = new Set(description().operations.map(({ id }) => id));
  for (const route of routes)
    if (route.operation !== null) assert.ok(ids.has(route.operation), route.operation);
});

test('every built route reads every query parameter of its operation', () => {
  const unbuilt = new Set(unbuiltRoutes);
  for (const operation of description().operations) {
    const route = routes.find((candidate) => candidate.operation === operation.id);
    if (route === undefined || unbuilt.has(route) || operation.id === 'VolumeUpdate') continue;
    const missing = operation.query.filter(
      (name) => !(name in route.fields) && !laterParameters.get(operation.id)?.includes(name),
    );
    assert.deepEqual(missing, [], operation.id);
  }
});
