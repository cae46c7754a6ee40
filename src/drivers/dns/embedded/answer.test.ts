import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeName, encodeResponse, readQuestion, recordType } from '../../../wire/dns.ts';
import type { NameView, Upstream } from '../contract.ts';
import { type Ask, answer } from './answer.ts';

function query(name: string, type: number): Buffer {
  const head = Buffer.from('000701000001000000000000', 'hex');
  return Buffer.concat([head, encodeName(name), Buffer.from([0, type, 0, 1])]);
}

const first: Upstream = { address: '192.0.2.1', from: 'host' };
const second: Upstream = { address: '192.0.2.2', from: 'host' };

const view = (upstreams: Upstream[]): NameView => ({
  addresses: (name) => (name === 'db' ? ['10.0.0.2', '10.0.0.3', 'fd00::2'] : null),
  nameOf: (address) => (address === '10.0.0.2' ? 'db.un1' : null),
  upstreams: () => upstreams,
});

/** Code, number of answers, and the whole in hex. */
async function asked(name: string, type: number, upstreams: Upstream[] = [], ask: Ask = async () => null) {
  const bytes = await answer(query(name, type), view(upstreams), ask, 512);
  assert.ok(bytes);
  const reply = Buffer.from(bytes);
  return { code: reply.readUInt16BE(2) & 0xf, count: reply.readUInt16BE(6), hex: reply.toString('hex') };
}

describe('the embedded resolver', () => {
  it('knows neighbours', async () => {
    const four = await asked('DB', recordType.a);
    assert.deepEqual([four.code, four.count], [0, 2]);
    assert.match(four.hex, /0a000002/);
    const six = await asked('db', recordType.aaaa);
    assert.deepEqual([six.code, six.count], [0, 1]);
    const name = await asked('2.0.0.10.in-addr.arpa', recordType.ptr);
    assert.ok(name.hex.endsWith(Buffer.from(encodeName('db.un1')).toString('hex')));
  });

  it('keeps questions about neighbours at home', async () => {
    const ask: Ask = async () => assert.fail('nobody is to be asked');
    const text = await asked('db', 16, [first], ask);
    assert.deepEqual([text.code, text.count], [0, 0]);
  });

  it('asks one server after the other for the rest', async () => {
    const seen: string[] = [];
    const ask: Ask = async ({ address }, message, question) => {
      seen.push(address);
      if (address === first.address) return null;
      const answers = [{ type: recordType.a, data: Uint8Array.of(198, 51, 100, 1) }];
      return encodeResponse(message, question, { code: 0, answers, seconds: 5, limit: 512 });
    };
    const found = await asked('example.com', recordType.a, [first, second], ask);
    assert.deepEqual(seen, [first.address, second.address]);
    assert.match(found.hex, /c6336401$/);
  });

  it('says that it failed where nobody answers or may be asked', async () => {
    assert.equal((await asked('example.com', recordType.a)).code, 2);
    assert.equal((await asked('example.com', recordType.a, [first])).code, 2);
    assert.equal((await asked('1.0.0.10.in-addr.arpa', recordType.ptr)).code, 2);
  });

  it('is silent to what is no question', async () => {
    const ask: Ask = async () => null;
    for (const bytes of ['', '00', 'ff'.repeat(12), '000781000001000000000000'.padEnd(40, '0')]) {
      assert.equal(await answer(Buffer.from(bytes, 'hex'), view([]), ask, 512), null);
    }
    assert.ok(readQuestion(query('db', 1)));
  });
});
