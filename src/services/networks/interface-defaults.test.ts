import assert from 'node:assert/strict';
import { it } from 'node:test';
import { interfaceDefaults } from './interface-defaults.ts';

it('picks settings of interfaces to come, and nothing that leads elsewhere', () => {
  const steps = interfaceDefaults(
    {
      'net.ipv4.conf.default.rp_filter': '2',
      'net/ipv6/neigh/default/gc_stale_time': '9',
      'net.ipv4.conf.all.rp_filter': '1',
      'net.ipv4.conf.eth0.rp_filter': '1',
      'net.ipv4.conf.default.../x': '1',
      'net.core.somaxconn': '9',
    },
    '/n',
  );
  const step = { do: 'sysctl', namespace: '/n', optional: true };
  assert.deepEqual(steps, [
    { ...step, key: 'net/ipv4/conf/default/rp_filter', value: '2' },
    { ...step, key: 'net/ipv6/neigh/default/gc_stale_time', value: '9' },
  ]);
});
