import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeRequests, type Request } from './message.ts';
import { deleteShape, newShape } from './qdisc.ts';

const hex = (request: Request | undefined): string =>
  request === undefined ? '' : Buffer.from(encodeRequests([request], 1)).toString('hex');

const rate = { bytes: 1_000_000, burst: 16_384 };
/** `struct tcmsg` for link 1 at the root, and the kind, as `tc qdisc add dev lo root handle 1: netem …` says it. */
const head = '000000000100000000000100ffffffff000000000a0001006e6574656d000000';
/** Its options for `delay 20ms loss 1% limit 10000`. */
const netemOptions = 'b4c4040010270000295c8f02000000000000000000000000';

describe('requests for queueing disciplines', () => {
  it('delay and lose in tc’s own bytes, with nanoseconds behind them', () => {
    const [netem, tbf] = newShape(1, { rate: null, delay: 20_000, loss: 0.01 });
    assert.equal(tbf, undefined);
    assert.ok(hex(netem).includes(`${head}28000200${netemOptions}0c000a00002d310100000000`), hex(netem));
  });

  it('put the rate behind delay and loss, or alone at the root', () => {
    const [, behind] = newShape(1, { rate, delay: 1, loss: 0 });
    assert.ok(hex(behind).includes('000002000100010000000000080001007462660040000200'), hex(behind));
    const [alone] = newShape(1, { rate, delay: 0, loss: 0 });
    assert.ok(hex(alone).includes('00000100ffffffff00000000080001007462660040000200'), hex(alone));
    // Bytes a second, in 64 bits too, and the bucket.
    assert.ok(hex(alone).endsWith('0c00040040420f00000000000800060000400000'), hex(alone));
    const fast = newShape(1, { rate: { bytes: 125e9, burst: 2 ** 30 }, delay: 0, loss: 0 });
    assert.ok(hex(fast[0]).includes('0c00040000a2941a1d000000'), hex(fast[0]));
    assert.deepEqual(newShape(1, { rate: null, delay: 0, loss: 0 }), []);
  });

  it('take away what is at the root', () => {
    assert.match(hex(deleteShape(7)), /^24000000250005000100000000000000000000000700000000000000ffffffff/);
  });
});
