import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaves, Normaliser } from './normalise.ts';

const id = 'a'.repeat(64);
const other = 'b'.repeat(64);

test('ids are numbered as they come, short forms follow their long ones', () => {
  const normaliser = new Normaliser([]);
  assert.equal(normaliser.text(`${id} ${other} ${id.slice(0, 12)}`), '<id 1> <id 2> <id 1, short>');
  assert.equal(normaliser.text(other), '<id 2>');
});

test('known values come before patterns', () => {
  const normaliser = new Normaliser([
    [id, '<busybox>'],
    ['/tmp/x', '<root>'],
    ['/tmp/x/data', '<data>'],
  ]);
  assert.equal(normaliser.text(`${id} /tmp/x/data/y /tmp/x/z`), '<busybox> <data>/y <root>/z');
});

test("moments get names, Go's zero time stays", () => {
  const normaliser = new Normaliser([]);
  assert.equal(normaliser.text('2026-11-23T21:00:01.123456789Z'), '<time>');
  assert.equal(normaliser.text('0001-01-01T00:00:00Z'), '0001-01-01T00:00:00Z');
  assert.equal(normaliser.text('Exited (3) 2 seconds ago'), 'Exited (3) <ago>');
  assert.equal(normaliser.text('Up Less than a second'), 'Up <while>');
  assert.equal(
    normaliser.text('0.0.0.0:32768->80/tcp, 0.0.0.0:8080->80/tcp'),
    '0.0.0.0:<port>->80/tcp, 0.0.0.0:8080->80/tcp',
  );
  assert.equal(normaliser.leaf('State.Pid', 123), '<moment>');
  assert.equal(normaliser.leaf('State.Pid', 0), '0');
  assert.equal(normaliser.leaf('Ports.80/tcp.0.HostPort', '32773'), '"<port>"');
  assert.equal(normaliser.leaf('Ports.80/tcp.0.HostPort', '8080'), '"8080"');
});

test('leaves name their paths in one order, empty things included', () => {
  assert.deepEqual(
    leaves({ b: [1, { c: null }], a: {}, d: [] }).map(
      ({ path, value }) => `${path} = ${JSON.stringify(value)}`,
    ),
    ['a = {}', 'b.0 = 1', 'b.1.c = null', 'd = []'],
  );
});

test('mounts are compared whatever their order', () => {
  const mounts = (...places: string[]) => ({ Mounts: places.map((Destination) => ({ Destination })) });
  assert.deepEqual(leaves(mounts('/b', '/a')), leaves(mounts('/a', '/b')));
  assert.notDeepEqual(leaves({ Binds: ['/b', '/a'] }), leaves({ Binds: ['/a', '/b'] }));
});
