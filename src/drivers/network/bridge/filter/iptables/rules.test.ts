import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NetworkFacts, PublishedPort } from '../../../contract.ts';
import { endpointFacts, networkFacts } from '../../../suite.ts';
import { readBridge } from '../../options.ts';
import type { RuleInput } from '../contract.ts';
import { namesBridge, statement } from './rules.ts';

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

/** Rules of one family as `table CHAIN args`, without those that every statement has. */
function lines(
  input: Partial<Omit<RuleInput, 'networks'>> & { networks: NetworkFacts[] },
  family = 'ipv4',
): string[] {
  const full = { endpoints: [], userlandProxy: true, allowDirectRouting: false, ...input };
  const state = (networks: NetworkFacts[]) =>
    statement({ ...full, networks: networks.map(readBridge) })
      .rules.filter((rule) => rule.family === family)
      .map(({ table, chain, args }) => `${table} ${chain} ${args}`);
  const base = new Set(state([]));
  return state(input.networks).filter((line) => !base.has(line));
}

describe('rules of bridge networks', () => {
  it('are those of Docker 28 for a plain network', () => {
    assert.deepEqual(lines({ networks: [named()] }), [
      'filter DOCKER ! -i br0 -o br0 -j DROP',
      'filter DOCKER-BRIDGE -o br0 -j DOCKER',
      'filter DOCKER-CT -o br0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      'filter DOCKER-FORWARD -i br0 -j ACCEPT',
      'filter DOCKER-ISOLATION-STAGE-1 -i br0 ! -o br0 -j DOCKER-ISOLATION-STAGE-2',
      'filter DOCKER-ISOLATION-STAGE-2 -o br0 -j DROP',
      'nat POSTROUTING -s 10.77.0.0/24 ! -o br0 -j MASQUERADE',
      'nat DOCKER -i br0 -j RETURN',
      'raw DOCKER-DIRECT -i br0 -m addrtype --dst-type LOCAL -j RETURN',
      'raw PREROUTING -d 10.77.0.0/24 ! -i br0 -j DOCKER-DIRECT',
    ]);
    assert.deepEqual(lines({ networks: [named()] }, 'ipv6'), []);
  });

  it('show containers under the address that the network names, and let trusted neighbours in', () => {
    const options = {
      'com.docker.network.host_ipv4': '192.0.2.9',
      [`${prefix}.trusted_host_interfaces`]: 'eth0:eth1',
    };
    const plain = lines({ networks: [named()], userlandProxy: false });
    const found = lines({ networks: [named({}, options)], userlandProxy: false });
    assert.deepEqual(
      found.filter((line) => !plain.includes(line)),
      [
        'nat POSTROUTING -s 10.77.0.0/24 ! -o br0 -j SNAT --to-source 192.0.2.9',
        'nat POSTROUTING -o br0 -m addrtype --src-type LOCAL -j SNAT --to-source 192.0.2.9',
        'raw DOCKER-DIRECT -d 10.77.0.0/24 -i eth0 -j RETURN',
        'raw DOCKER-DIRECT -d 10.77.0.0/24 -i eth1 -j RETURN',
      ],
    );
    const closed = lines({ networks: [named({ internal: true }, options)] });
    assert.deepEqual(closed, lines({ networks: [named({ internal: true })] }));
  });

  it('keep an internal network to itself', () => {
    assert.deepEqual(lines({ networks: [named({ internal: true })] }), [
      'filter DOCKER-FORWARD -i br0 -o br0 -j ACCEPT',
      'filter DOCKER-ISOLATION-STAGE-1 ! -s 10.77.0.0/24 -o br0 -j DROP',
      'filter DOCKER-ISOLATION-STAGE-1 ! -d 10.77.0.0/24 -i br0 -j DROP',
      'raw DOCKER-DIRECT -i br0 -m addrtype --dst-type LOCAL -j RETURN',
      'raw PREROUTING -d 10.77.0.0/24 ! -i br0 -j DOCKER-DIRECT',
    ]);
  });

  it('keep containers apart without icc, links excepted', () => {
    const network = named({}, { [`${prefix}.enable_icc`]: 'false' });
    const found = lines({
      networks: [network],
      endpoints: [endpointFacts({ links: [{ peer: '10.77.0.9', proto: 'tcp', port: 6379 }] })],
    });
    assert.ok(found.includes('filter DOCKER-FORWARD -i br0 -o br0 -j DROP'));
    assert.ok(found.includes('filter DOCKER-FORWARD -i br0 ! -o br0 -j ACCEPT'));
    assert.ok(!found.includes('filter DOCKER-FORWARD -i br0 -j ACCEPT'));
    const pair = found.filter((line) => line.includes('port 6379'));
    assert.deepEqual(pair, [
      'filter DOCKER -s 10.77.0.2/32 -d 10.77.0.9/32 -i br0 -o br0 -p tcp -m tcp --dport 6379 -j ACCEPT',
      'filter DOCKER -s 10.77.0.9/32 -d 10.77.0.2/32 -i br0 -o br0 -p tcp -m tcp --sport 6379 -j ACCEPT',
    ]);
  });

  it('know the gateway modes', () => {
    const mode = (value: string) => named({}, { [`${prefix}.gateway_mode_ipv4`]: value });
    const routed = lines({ networks: [mode('routed')] });
    assert.ok(routed.includes('filter DOCKER -o br0 -p icmp -j ACCEPT'));
    assert.ok(!routed.some((line) => line.includes('MASQUERADE') || line.includes('raw PREROUTING')));
    const open = lines({ networks: [mode('nat-unprotected')] });
    assert.ok(open.includes('filter DOCKER ! -i br0 -o br0 -j ACCEPT'));
    assert.ok(!open.some((line) => line.startsWith('raw PREROUTING')));
    const direct = lines({ networks: [named()], allowDirectRouting: true });
    assert.ok(!direct.some((line) => line.startsWith('raw PREROUTING')));
    const plain = lines({ networks: [named({}, { [`${prefix}.enable_ip_masquerade`]: 'false' })] });
    assert.ok(!plain.some((line) => line.includes('MASQUERADE')));
  });

  it('publish ports', () => {
    const ports = [port(), port({ hostIp: '127.0.0.1', hostPort: 8081 }), port({ hostIp: '::' })];
    const found = lines({ networks: [named()], endpoints: [endpointFacts({ ports })] });
    assert.deepEqual(
      found.filter((line) => line.includes('dport')),
      [
        'filter DOCKER -d 10.77.0.2/32 ! -i br0 -o br0 -p tcp -m tcp --dport 80 -j ACCEPT',
        'nat DOCKER ! -i br0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.77.0.2:80',
        'nat DOCKER -d 127.0.0.1/32 ! -i br0 -p tcp -m tcp --dport 8081 -j DNAT --to-destination 10.77.0.2:80',
        'raw PREROUTING -d 127.0.0.1/32 ! -i lo -p tcp -m tcp --dport 8081 -j DROP',
      ],
    );
  });

  it('translate for the host itself without a userland proxy', () => {
    const found = lines({
      networks: [named()],
      endpoints: [endpointFacts({ ports: [port()] })],
      userlandProxy: false,
    });
    assert.ok(found.includes('nat POSTROUTING -o br0 -m addrtype --src-type LOCAL -j MASQUERADE'));
    assert.ok(found.includes('nat DOCKER -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.77.0.2:80'));
    assert.ok(
      found.includes(
        'nat POSTROUTING -s 10.77.0.2/32 -d 10.77.0.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE',
      ),
    );
    assert.ok(!found.includes('nat DOCKER -i br0 -j RETURN'));
  });

  it('publish in a routed network at its own address alone', () => {
    const network = named({}, { [`${prefix}.gateway_mode_ipv4`]: 'routed' });
    const found = lines({
      networks: [network],
      endpoints: [endpointFacts({ ports: [port({ hostPort: 0 })] })],
    });
    assert.deepEqual(
      found.filter((line) => line.includes('dport')),
      ['filter DOCKER -d 10.77.0.2/32 ! -i br0 -o br0 -p tcp -m tcp --dport 80 -j ACCEPT'],
    );
  });

  it('publish on IPv6', () => {
    const network = named({ subnets: [{ version: 6, subnet: 'fd00::/64', gateway: 'fd00::1' }] });
    const endpoint = endpointFacts({ ipv4: null, ipv6: 'fd00::2', ports: [port({ hostIp: '::' })] });
    const found = lines({ networks: [network], endpoints: [endpoint] }, 'ipv6');
    assert.deepEqual(
      found.filter((line) => line.includes('dport')),
      [
        'filter DOCKER -d fd00::2/128 ! -i br0 -o br0 -p tcp -m tcp --dport 80 -j ACCEPT',
        'nat DOCKER ! -s fe80::/10 ! -i br0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination [fd00::2]:80',
      ],
    );
    assert.deepEqual(lines({ networks: [network], endpoints: [endpoint] }), []);
  });

  it('are known by the bridge that they name', () => {
    const ours = namesBridge(new Set(['br0']));
    assert.ok(ours({ args: '-i br0 -j ACCEPT' }));
    assert.ok(ours({ args: '! -s 10.0.0.0/8 ! -o br0 -j ACCEPT' }));
    assert.ok(!ours({ args: '-i br01 -j ACCEPT' }));
    assert.ok(!ours({ args: '-j DOCKER-USER' }));
  });
});
