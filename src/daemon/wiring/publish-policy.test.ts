import assert from 'node:assert/strict';
import { it } from 'node:test';
import { publishPolicyOf } from './publish-policy.ts';

it('reads how far ports are published', () => {
  assert.equal(
    publishPolicyOf({ publishPolicy: 'localhost-first', userlandProxy: false }),
    'localhost-first',
  );
  assert.throws(
    () => publishPolicyOf({ publishPolicy: 'open', userlandProxy: true }),
    /invalid publish-policy: open/,
  );
  assert.throws(
    () => publishPolicyOf({ publishPolicy: 'firewalled', userlandProxy: false }),
    /userland proxy/,
  );
});
