import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PortRequest } from './contract.ts';
import { publishChange } from './publish-change.ts';
import type { BindingRecord } from './records.ts';

const request = (containerPort: number, hostPort: number, rest: Partial<PortRequest> = {}): PortRequest => ({
  proto: 'tcp',
  containerPort,
  hostIp: '',
  hostPort,
  hostPortEnd: hostPort,
  ...rest,
});
const binding = (containerPort: number, hostPort: number, hostIp = '0.0.0.0'): BindingRecord => ({
  proto: 'tcp',
  containerPort,
  hostIp,
  hostPort,
});
const both = (containerPort: number, hostPort: number): BindingRecord[] => [
  binding(containerPort, hostPort),
  binding(containerPort, hostPort, '::'),
];

describe('a change of published ports', () => {
  it('leaves alone what is asked for before and after, random ports too', () => {
    const requested = [request(80, 0), request(443, 8443)];
    const bindings = [...both(80, 32768), ...both(443, 8443)];
    const change = publishChange({ requested, bindings }, [request(90, 9090), request(80, 0)]);
    assert.deepEqual(change, {
      kept: [request(80, 0)],
      keptBindings: both(80, 32768),
      added: [request(90, 9090)],
      goneBindings: both(443, 8443),
    });
  });

  it('tells two requests for one port of the container apart', () => {
    const requested = [request(80, 0), request(80, 0), request(80, 8080, { hostIp: '127.0.0.1' })];
    const bindings = [...both(80, 32768), ...both(80, 32769), binding(80, 8080, '127.0.0.1')];
    const change = publishChange({ requested, bindings }, [request(80, 0), requested[2] ?? request(1, 1)]);
    assert.deepEqual(change.keptBindings, [...both(80, 32768), binding(80, 8080, '127.0.0.1')]);
    assert.deepEqual(change.goneBindings, both(80, 32769));
    assert.deepEqual(change.added, []);
  });

  it('knows requests that have no bindings, for want of an address', () => {
    const requested = [request(80, 8080), request(81, 8081, { hostIp: '::1' }), request(82, 8082)];
    const bindings = [...both(80, 8080), ...both(82, 8082)];
    const change = publishChange({ requested, bindings }, [request(82, 8082)]);
    assert.deepEqual(change.keptBindings, both(82, 8082));
    assert.deepEqual(change.goneBindings, both(80, 8080));
  });
});
