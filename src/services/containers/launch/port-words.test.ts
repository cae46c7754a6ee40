import assert from 'node:assert/strict';
import { it } from 'node:test';
import { portFailure } from './port-words.ts';

const proxies = [
  { proto: 'tcp', hostIp: '0.0.0.0', hostPort: 80, containerIp: '10.0.0.2', containerPort: 8080 },
  { proto: 'udp', hostIp: '::', hostPort: 53, containerIp: 'fd00::2', containerPort: 53 },
] as const;
const endpoints = {
  one: { IPAddress: '10.0.0.2', GlobalIPv6Address: '', EndpointID: 'e1' },
  two: { IPAddress: '10.1.0.2', GlobalIPv6Address: 'fd00::2', EndpointID: 'e2' },
};
const said = (text: string) => portFailure(new Error(text), 'web', { endpoints, proxies })?.message ?? null;

it('tells of a port that is taken or of an address that is none of the host in the words of Docker', () => {
  const words = 'driver failed programming external connectivity on endpoint web';
  assert.equal(
    said('listen tcp4 0.0.0.0:80: bind: address already in use'),
    `${words} (e1): failed to bind host port for 0.0.0.0:80:10.0.0.2:8080/tcp: address already in use`,
  );
  assert.equal(
    said('listen udp6 [::]:53: bind: cannot assign requested address'),
    `${words} (e2): failed to bind host port for [::]:53:[fd00::2]:53/udp: cannot assign requested address`,
  );
  assert.equal(said('listen tcp4 0.0.0.0:81: bind: address already in use'), null, 'a port of nobody');
  assert.equal(said('the keeper has gone'), null);
});
