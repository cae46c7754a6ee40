import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isKind } from '../../errors/minke-error.ts';
import { limitsOf } from './limits.ts';

describe('limits of traffic', () => {
  it('are none where none are asked for', () => {
    const other = { 'com.docker.network.endpoint.ifname': 'eth7', 'minke.egress': '' };
    assert.deepEqual(limitsOf({}, other), { egress: null, ingress: null });
  });

  it('come from the endpoint, else from the network', () => {
    const network = { 'minke.egress': '8mbit', 'minke.ingress': '1gbit', 'minke.delay': '1.5ms' };
    assert.deepEqual(limitsOf(network, { 'minke.egress': '16kbit', 'minke.loss': '0.5%' }), {
      egress: { rate: { bytes: 2000, burst: 16_384 }, delay: 1500, loss: 0.005 },
      ingress: { rate: { bytes: 125e6, burst: 1_250_000 }, delay: 0, loss: 0 },
    });
    assert.equal(limitsOf(network, { 'minke.ingress': '' }).ingress, null);
    const { ingress } = limitsOf({}, { 'minke.ingress': '8000000', 'minke.burst': '64k' });
    assert.deepEqual(ingress?.rate, { bytes: 1e6, burst: 65_536 });
  });

  it('that make no sense are refused', () => {
    for (const [key, value] of [
      ['egress', '10mbps'],
      ['egress', '0'],
      ['ingress', '-1mbit'],
      ['ingress', '1e3mbit'],
      ['burst', '64k'],
      ['delay', '20'],
      ['delay', '2h'],
      ['loss', '101%'],
      ['loss', '0.5'],
      ['speed', '1mbit'],
    ]) {
      assert.throws(
        () => limitsOf({}, { [`minke.${key}`]: `${value}` }),
        (error) => isKind(error, 'invalid'),
      );
    }
  });

  it('of any words are read or refused', () => {
    const key = fc.constantFrom('egress', 'ingress', 'burst', 'delay', 'loss').map((name) => `minke.${name}`);
    const word = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.stringMatching(/^[0-9.]{1,6}(k|m|g)?(bit|b|s|%)?$/),
    );
    fc.assert(
      fc.property(fc.dictionary(key, word), (options) => {
        try {
          const { egress, ingress } = limitsOf({}, options);
          for (const shape of [egress, ingress]) {
            const { rate = null, delay = 0, loss = 0 } = shape ?? {};
            assert.ok(delay >= 0 && loss >= 0 && loss <= 1);
            assert.ok(
              rate === null || (Number.isSafeInteger(rate.bytes) && rate.bytes > 0 && rate.burst > 0),
            );
          }
        } catch (error) {
          assert.ok(isKind(error, 'invalid'));
        }
      }),
    );
  });
});
