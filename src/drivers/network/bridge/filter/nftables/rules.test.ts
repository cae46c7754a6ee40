import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NetworkFacts, PublishedPort } from '../../../contract.ts';
import { endpointFacts, networkFacts } from '../../../suite.ts';
import { readBridge } from '../../options.ts';
import type { RuleInput } from '../contract.ts';
import { tables } from './rules.ts';

const prefix = 'com.docker.network.bridge';
const named = (rest: Partial<NetworkFacts> = {}, options: Record<string, string> = {}): NetworkFacts =>
  networkFacts({ ...rest, options: { [`${prefix}.name`]: 'br0', ...options } });
const port = (rest: Partial<PublishedPort> = {}): PublishedPort => ({
  proto: 'tcp',
  hostIp: '0.0.0.0',
  hostPort: 8080,
  containerPort: 80,
  ...rest,
});

/** Rules of one family as `chain rule`. */
function lines(
  input: Partial<Omit<RuleInput, 'networks'>> & { networks: NetworkFacts[] },
  family = 'ip',
): string[] {
  const full = { endpoints: [], userlandProxy: true, allowDirectRouting: false, ...input };
  return tables({ ...full, networks: input.networks.map(readBridge) }, new Set([4]))
    .filter((table) => table.family === family)
    .flatMap(({ chains }) => chains.flatMap(({ name, rules }) => rules.map((rule) => `${name} ${rule}`)));
}

describe('tables of bridge networks', () => {
  it('let out, keep out, translate', () => {
    assert.deepEqual(lines({ networks: [named()] }), [
      'filter-isolation oifname { "br0" } drop',
      'raw-direct iifname "lo" return',
      'raw-direct iifname { "br0" } fib daddr type local return',
      'raw-direct drop',
      'nat-ports iifname { "br0" } return',
      'filter-rest drop',
      'to-a1a1a1a1a1a1 iifname != "br0" drop',
      'filter-forward oifname { "br0" } ct state established,related accept',
      'filter-forward iifname "br0" oifname != "br0" jump filter-isolation',
      'filter-forward oifname "br0" jump to-a1a1a1a1a1a1',
      'filter-forward iifname "br0" oifname "br0" accept',
      'filter-forward iifname { "br0" } accept',
      'filter-forward iifname != { "br0" } oifname != { "br0" } jump filter-rest',
      'raw-prerouting iifname != "br0" ip daddr 10.77.0.0/24 jump raw-direct',
      'nat-prerouting fib daddr type local jump nat-ports',
      'nat-output ip daddr != 127.0.0.0/8 fib daddr type local jump nat-ports',
      'nat-postrouting oifname != "br0" ip saddr 10.77.0.0/24 masquerade',
    ]);
    assert.ok(!lines({ networks: [named()] }, 'ip6').some((line) => line.includes('br0')));
  });

  it('show containers under the address that the network names, and let trusted neighbours in', () => {
    const options = {
      'com.docker.network.host_ipv4': '192.0.2.9',
      [`${prefix}.trusted_host_interfaces`]: 'eth0:eth1',
    };
    const plain = lines({ networks: [named()] });
    const found = lines({ networks: [named({}, options)] });
    assert.deepEqual(
      found.filter((line) => !plain.includes(line)),
      [
        'raw-direct iifname { "eth0", "eth1" } ip daddr 10.77.0.0/24 return',
        'nat-postrouting oifname != "br0" ip saddr 10.77.0.0/24 snat to 192.0.2.9',
      ],
    );
  });

  it('lead ports of the host to their container, those on loopback for the host alone', () => {
    const endpoints = [
      endpointFacts({
        ports: [port(), port({ proto: 'sctp', hostPort: 9 }), port({ hostIp: '127.0.0.1', hostPort: 8081 })],
      }),
    ];
    const found = lines({ networks: [named()], endpoints }).filter((line) => line.includes('dport'));
    assert.deepEqual(found, [
      'nat-ports iifname != "br0" tcp dport 8080 dnat to 10.77.0.2:80',
      'nat-ports iifname != "br0" sctp dport 9 dnat to 10.77.0.2:80',
      'nat-ports ip daddr 127.0.0.1 iifname != "br0" tcp dport 8081 dnat to 10.77.0.2:80',
      'to-a1a1a1a1a1a1 iifname != "br0" ip daddr 10.77.0.2 tcp dport 80 accept',
      'to-a1a1a1a1a1a1 iifname != "br0" ip daddr 10.77.0.2 sctp dport 80 accept',
      'raw-prerouting iifname != "lo" ip daddr 127.0.0.1 tcp dport 8081 drop',
    ]);
    const direct = lines({ networks: [named()], endpoints, userlandProxy: false });
    assert.ok(direct.includes('nat-ports tcp dport 8080 dnat to 10.77.0.2:80'));
    assert.ok(
      direct.includes('nat-postrouting ip saddr 10.77.0.2 ip daddr 10.77.0.2 tcp dport 80 masquerade'),
    );
    assert.ok(direct.includes('nat-output fib daddr type local jump nat-ports'));
  });

  it('speak IPv6 with brackets', () => {
    const network = named({
      subnets: [{ version: 6, subnet: 'fd00::/64', gateway: 'fd00::1' }],
    });
    const endpoints = [endpointFacts({ ipv4: null, ipv6: 'fd00::2', ports: [port({ hostIp: '::' })] })];
    assert.ok(
      lines({ networks: [network], endpoints }, 'ip6').includes(
        'nat-ports ip6 saddr != fe80::/10 iifname != "br0" tcp dport 8080 dnat to [fd00::2]:80',
      ),
    );
  });

  it('keep internal networks to themselves, and containers apart without icc', () => {
    const icc = { [`${prefix}.enable_icc`]: 'false' };
    const closed = lines({ networks: [named({ internal: true }, icc)] }).filter((line) =>
      line.startsWith('filter-forward'),
    );
    assert.deepEqual(closed, [
      'filter-forward oifname "br0" ip saddr != 10.77.0.0/24 drop',
      'filter-forward iifname "br0" ip daddr != 10.77.0.0/24 drop',
      'filter-forward iifname "br0" oifname "br0" drop',
      'filter-forward iifname != { "br0" } oifname != { "br0" } jump filter-rest',
    ]);
    const links = [{ peer: '10.77.0.3', proto: 'tcp', port: 6379 }];
    const linked = lines({ networks: [named({}, icc)], endpoints: [endpointFacts({ links })] });
    assert.ok(linked.includes('to-a1a1a1a1a1a1 ip saddr 10.77.0.2 ip daddr 10.77.0.3 tcp dport 6379 accept'));
  });

  it('open routed networks to others, as far as ports are published', () => {
    const mode = { [`${prefix}.gateway_mode_ipv4`]: 'routed' };
    const found = lines({
      networks: [named({}, mode)],
      endpoints: [endpointFacts({ ports: [port({ hostPort: 0 })] })],
    });
    assert.ok(found.includes('to-a1a1a1a1a1a1 meta l4proto icmp accept'));
    assert.ok(found.includes('to-a1a1a1a1a1a1 iifname != "br0" ip daddr 10.77.0.2 tcp dport 80 accept'));
    assert.ok(!found.some((line) => /masquerade|dnat|filter-isolation oifname|raw-prerouting/.test(line)));
  });
});
