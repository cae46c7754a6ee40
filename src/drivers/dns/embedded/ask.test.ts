import assert from 'node:assert/strict';
import { it } from 'node:test';
import { encodeName, readQuestion } from '../../../wire/dns.ts';
import { askUdp } from './ask.ts';

const head = Buffer.from('000701000001000000000000', 'hex');
const query = Buffer.concat([head, encodeName('example.com'), Buffer.from([0, 1, 0, 1])]);
/** Longer than the test may take, so that waiting for a server fails it. */
const long = 90_000;

it('does not wait for a server that the kernel says is not there', { timeout: 60_000 }, async () => {
  const question = readQuestion(query);
  assert.ok(question);
  const inside = (): number => {
    throw new Error('nobody is asked from inside');
  };
  // Where nobody listens, and where nothing may be sent.
  for (const address of ['127.99.99.99', '255.255.255.255']) {
    assert.equal(await askUdp({ address, from: 'host' }, query, question, inside, long), null, address);
  }
});
