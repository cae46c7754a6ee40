import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { endpointFacts } from '../suite.ts';
import { endpointSysctls, readSysctls } from './sysctls.ts';

const option = (value: string) => ({ 'com.docker.network.endpoint.sysctls': value });

describe('sysctls of an interface', () => {
  it('are those of the interface that the endpoint gets', () => {
    const options = option('net.ipv4.conf.IFNAME.log_martians=1,net.ipv6.neigh.ifname.retrans_time_ms=900');
    assert.deepEqual(
      endpointSysctls(endpointFacts({ options, link: 'web0' }), '/n').map(
        (step) => 'key' in step && step.key,
      ),
      ['net/ipv4/conf/web0/log_martians', 'net/ipv6/neigh/web0/retrans_time_ms'],
    );
    assert.deepEqual(readSysctls({}), []);
  });

  it('name no other interface and no other setting', () => {
    for (const value of [
      'net.ipv4.conf.eth0.log_martians=1',
      'net.ipv4.ip_forward=1',
      'kernel.core_pattern=x',
      'net.ipv4.conf.IFNAME.log_martians',
      'net.ipv4.conf.IFNAME.a/b=1',
      'net.ipv4.conf.IFNAME.../../x=1',
      'net.ipv4.conf.IFNAME.x=1+kernel.core_pattern=y z',
      ',',
    ]) {
      assert.throws(() => readSysctls(option(value)), /^.*unrecognised network interface sysctl/, value);
    }
  });

  it('never lead out of the folders of an interface', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        let read: ReturnType<typeof readSysctls> = [];
        try {
          read = readSysctls(option(text));
        } catch {
          return;
        }
        for (const { group, name } of read) {
          assert.match(group, /^net\/(ipv4|ipv6|mpls)\/[a-z]+$/i);
          assert.match(name, /^[a-z0-9_]+$/i);
        }
      }),
    );
  });
});
