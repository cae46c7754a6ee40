import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bcryptMatches, isBcrypt } from './bcrypt.ts';

// From the test vectors of OpenBSD's and Openwall's implementations.
const vectors = [
  ['U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['U*U*', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK'],
  ['U*U*U', '$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a'],
  ['', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy'],
] as const;

test("bcrypt: the published vectors' passwords fit, others do not", async () => {
  for (const [password, hash] of vectors) {
    assert.equal(await bcryptMatches(password, hash), true, hash);
    assert.equal(await bcryptMatches(`${password}x`, hash), false, hash);
  }
});

test('bcrypt: what is no hash fits nothing', async () => {
  for (const hash of [
    '',
    'plain',
    '$apr1$x$y',
    '$2y$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
  ]) {
    assert.equal(isBcrypt(hash), false);
    assert.equal(await bcryptMatches('', hash), false);
  }
});
