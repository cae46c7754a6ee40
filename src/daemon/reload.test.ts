import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reloaded } from './reload.ts';
import { loadSettings } from './settings/settings.ts';

const of = (file: object) => loadSettings([], () => JSON.stringify(file)).settings;

test('a reload takes over what can change at run time and leaves the rest', () => {
  const { settings, changed } = reloaded(
    of({ labels: ['a=1'] }),
    of({ labels: ['a=2'], debug: true, mtu: 1400 }),
  );
  assert.deepEqual(changed, ['debug', 'labels']);
  assert.deepEqual(settings.labels, ['a=2']);
  assert.equal(settings.debug, true);
  assert.equal(settings.mtu, 1500);
  assert.deepEqual(reloaded(of({}), of({})).changed, []);
});
