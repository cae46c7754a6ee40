import assert from 'node:assert/strict';
import { it } from 'node:test';
import { nameserversIn } from './host-nameservers.ts';

it('reads the servers of a resolv.conf, each once', () => {
  const texts = [
    '# nameserver 192.0.2.9\nnameserver 127.0.0.53\n nameserver\tfe80::1 \nsearch lan\n',
    'nameserver 192.0.2.1\nnameserver 127.0.0.53\nnameservers 1.2.3.4\n',
  ];
  assert.deepEqual(nameserversIn(texts), ['127.0.0.53', 'fe80::1', '192.0.2.1']);
});
