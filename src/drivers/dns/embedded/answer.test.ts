import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  codeOf,
  encodeName,
  encodeResponse,
  type Question,
  readQuestion,
  recordType,
} from '../../../wire/dns.ts';
import type { Upstream } from '../contract.ts';
import { type Ask, answerElsewhere, answerHere, isBareAddressQuestion, type NameView } from './answer.ts';

function query(name: string, type: number): { bytes: Buffer; question: Question } {
  const head = Buffer.from('000701000001000000000000', 'hex');
  const bytes = Buffer.concat([head, encodeName(name), Buffer.from([0, type, 0, 1])]);
  const question = readQuestion(bytes);
  assert.ok(question);
  return { bytes, question };
}

const first: Upstream = { address: '192.0.2.1', from: 'host' };
const second: Upstream = { address: '192.0.2.2', from: 'host' };

const view: NameView = {
  addresses: (name) =>
    name === 'db'
      ? [
          ['10.0.0.2', '10.0.0.3'],
          ['10.1.0.2', 'fd00::2'],
        ]
      : null,
  nameOf: (address) => (address === '10.0.0.2' ? 'db.un1' : null),
};

/** Code, number of answers, and the whole in hex; null where it is not known here. */
function here(name: string, type: number, limit = 512) {
  const { bytes, question } = query(name, type);
  const found = answerHere(bytes, question, view, limit);
  if (found === null) return null;
  const reply = Buffer.from(found);
  return { code: codeOf(reply), count: reply.readUInt16BE(6), hex: reply.toString('hex') };
}

async function elsewhere(upstreams: Upstream[], ask: Ask, wait?: number) {
  const { bytes, question } = query('example.com', recordType.a);
  return Buffer.from(await answerElsewhere(bytes, question, upstreams, ask, wait));
}

const withAddress: (last: number) => Ask = (last) => async (_upstream, message, question) => {
  const answers = [{ type: recordType.a, data: Uint8Array.of(198, 51, 100, last) }];
  return encodeResponse(message, question, { code: 0, answers, seconds: 5, limit: 512 });
};

const withCode: (code: number) => Ask = (code) => async (_upstream, message, question) =>
  encodeResponse(message, question, { code, answers: [], seconds: 0, limit: 512 });

describe('the embedded resolver', () => {
  it('knows neighbours', () => {
    const four = here('DB', recordType.a);
    assert.deepEqual([four?.code, four?.count], [0, 2]);
    assert.match(four?.hex ?? '', /0a000002/);
    const six = here('db', recordType.aaaa);
    assert.deepEqual([six?.code, six?.count], [0, 1]);
    const name = here('2.0.0.10.in-addr.arpa', recordType.ptr);
    assert.ok(name?.hex.endsWith(Buffer.from(encodeName('db.un1')).toString('hex')));
  });

  it('keeps questions about neighbours at home', () => {
    const text = here('db', 16);
    assert.deepEqual([text?.code, text?.count], [0, 0]);
    for (const [name, type] of [
      ['example.com', recordType.a],
      ['1.0.0.10.in-addr.arpa', recordType.ptr],
    ] as const)
      assert.equal(here(name, type), null);
  });

  it('gives the addresses of a name in any order', () => {
    const orders = new Set(Array.from({ length: 200 }, () => here('db', recordType.a)?.hex));
    assert.equal(orders.size, 2);
  });

  it('asks one server after the other for the rest', async () => {
    const seen: string[] = [];
    const ask: Ask = async (upstream, ...rest) => {
      seen.push(upstream.address);
      return upstream === first ? null : withAddress(1)(upstream, ...rest);
    };
    assert.match((await elsewhere([first, second], ask)).toString('hex'), /c6336401$/);
    assert.deepEqual(seen, [first.address, second.address]);
  });

  it('passes by servers that fail, and takes "no such name" for an answer', async () => {
    const ask =
      (code: number): Ask =>
      (upstream, ...rest) =>
        (upstream === first ? withCode(code) : withAddress(2))(upstream, ...rest);
    assert.match((await elsewhere([first, second], ask(2))).toString('hex'), /c6336402$/);
    assert.match((await elsewhere([first, second], ask(5))).toString('hex'), /c6336402$/);
    assert.equal(codeOf(await elsewhere([first, second], ask(3))), 3);
  });

  it('does not wait for a silent server alone', async () => {
    const silent = new Promise<null>(() => {});
    const ask: Ask = (upstream, ...rest) => (upstream === first ? silent : withAddress(3)(upstream, ...rest));
    assert.match((await elsewhere([first, second], ask, 1)).toString('hex'), /c6336403$/);
  });

  it('says that it failed where nobody answers or may be asked', async () => {
    assert.equal(codeOf(await elsewhere([], withAddress(1))), 2);
    assert.equal(codeOf(await elsewhere([first, second], async () => null)), 2);
    assert.equal(codeOf(await elsewhere([first], () => Promise.reject(new Error('no route')))), 2);
  });

  it('knows which names a search list completes', () => {
    assert.ok(isBareAddressQuestion(query('db', recordType.aaaa).question));
    assert.ok(!isBareAddressQuestion(query('db.un1', recordType.a).question));
    assert.ok(!isBareAddressQuestion(query('db', 16).question));
  });
});
