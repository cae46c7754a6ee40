import assert from 'node:assert/strict';
import { it } from 'node:test';
import { unpublishedPorts } from './unpublished-ports.ts';

it('reads what is not to be published any more', () => {
  assert.deepEqual(unpublishedPorts(['80', '53/udp', '8080-8081:90-91', '127.0.0.1:8443:443']), {
    '80/tcp': [],
    '53/udp': [],
    '90/tcp': [{ HostIp: '', HostPort: '8080' }],
    '91/tcp': [{ HostIp: '', HostPort: '8081' }],
    '443/tcp': [{ HostIp: '127.0.0.1', HostPort: '8443' }],
  });
  assert.throws(() => unpublishedPorts(['x']), /invalid containerPort/);
});
