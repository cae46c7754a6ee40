import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKind } from '../../errors/minke-error.ts';
import type { VolumeDriver } from './contract.ts';

/** What every volume driver must do. `open` opens the same place again, as a restart does. */
export function volumeDriverSuite(name: string, makePlace: () => Promise<{ open(): VolumeDriver }>): void {
  test(`${name}: a volume is made, mounted, kept over a restart, and removed`, async () => {
    const place = await makePlace();
    const driver = place.open();
    assert.deepEqual(await driver.restore(), []);
    await driver.create('data', {});
    await driver.create('data', {});
    assert.equal(await driver.mount('data', {}), driver.path('data'));
    await driver.mount('data', {});
    const again = place.open();
    assert.deepEqual(await again.restore(), ['data']);
    await again.mount('data', {});
    await again.unmount('data');
    await again.unmount('data');
    assert.equal(await again.size('data'), 0);
    await again.remove('data');
    await again.remove('data');
    assert.deepEqual(await place.open().restore(), []);
  });

  test(`${name}: names that are no volume's are refused`, async () => {
    const driver = (await makePlace()).open();
    for (const bad of ['x', '../x', 'a/b', '.x', 'a b', 'a\0b', '-x', '']) {
      assert.throws(
        () => driver.check(bad, {}),
        (error) => isKind(error, 'invalid'),
        bad,
      );
    }
    driver.check('ok_1.2-3', {});
    assert.throws(
      () => driver.check('ok', { nope: 'x' }),
      (error) => isKind(error, 'invalid'),
    );
  });
}
