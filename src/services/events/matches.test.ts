import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineEvent } from './contract.ts';
import { matchesEvent } from './matches.ts';

const event = (
  over: Partial<EngineEvent> & { id?: string; attributes?: Record<string, string> },
): EngineEvent => ({
  Type: over.Type ?? 'container',
  Action: over.Action ?? 'start',
  Actor: {
    ID: over.id ?? 'abcdef123456',
    Attributes: over.attributes ?? { name: 'web', image: 'nginx:1.27' },
  },
  scope: 'local',
  time: 1,
  timeNano: 1n,
});

const image = event({ Type: 'image', Action: 'pull', id: 'nginx:latest', attributes: { name: 'nginx' } });

const cases: readonly [string, EngineEvent, Record<string, string[]>, boolean][] = [
  ['no filter', event({}), {}, true],
  ['type', event({}), { type: ['container'] }, true],
  ['other type', event({}), { type: ['image', 'volume'] }, false],
  ['action', event({}), { event: ['stop', 'start'] }, true],
  ['start of an action', event({}), { event: ['sta'] }, false],
  ['action with a text', event({ Action: 'exec_create: sh' }), { event: ['exec_create'] }, true],
  ['health', event({ Action: 'health_status: healthy' }), { event: ['health_status'] }, true],
  [
    'whole health action',
    event({ Action: 'health_status: healthy' }),
    { event: ['health_status: healthy'] },
    true,
  ],
  ['container by id start', event({}), { container: ['abc'] }, true],
  ['container by name', event({}), { container: ['web'] }, true],
  ['container by name start', event({}), { container: ['we'] }, true],
  ['container by middle', event({}), { container: ['eb'] }, false],
  ['another container', event({}), { container: ['db'] }, false],
  ['image of a container', event({}), { image: ['nginx:1.27'] }, true],
  ['image of a container, no tag', event({}), { image: ['nginx'] }, true],
  ['other tag', event({}), { image: ['nginx:1.26'] }, false],
  ['image event', image, { image: ['nginx'] }, true],
  ['image event by id', image, { image: ['nginx:latest'] }, true],
  ['label', event({ attributes: { a: 'b' } }), { label: ['a'] }, true],
  ['label with value', event({ attributes: { a: 'b' } }), { label: ['a=b'] }, true],
  ['label with other value', event({ attributes: { a: 'b' } }), { label: ['a=c'] }, false],
  ['all labels', event({ attributes: { a: 'b' } }), { label: ['a=b', 'c'] }, false],
  ['inherited names are no labels', event({}), { label: ['constructor'] }, false],
  ['scope', event({}), { scope: ['local'] }, true],
  ['other scope', event({}), { scope: ['swarm'] }, false],
  ['two kinds of filter', event({}), { type: ['container'], event: ['stop'] }, false],
  [
    'daemon by name',
    event({ Type: 'daemon', id: 'XYZ', attributes: { name: 'host' } }),
    { daemon: ['host'] },
    true,
  ],
];

for (const [name, given, filters, expected] of cases) {
  test(`events: ${name}`, () => {
    assert.equal(matchesEvent(given, new Map(Object.entries(filters))), expected);
  });
}
