import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  answersTo,
  encodeName,
  encodeResponse,
  readQuestion,
  recordType,
  reverseAddress,
  withId,
} from './dns.ts';

function query(name: string, type: number, { id = 7, extra = '' } = {}): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(id, 0);
  head.writeUInt16BE(0x0100, 2);
  head.writeUInt16BE(1, 4);
  return Buffer.concat([head, encodeName(name), Buffer.from([0, type, 0, 1]), Buffer.from(extra, 'hex')]);
}

describe('DNS messages', () => {
  it('are asked', () => {
    const message = query('Db.Example', recordType.a);
    assert.deepEqual(readQuestion(message), { id: 7, name: 'db.example', type: 1, end: message.length });
    assert.equal(readQuestion(query('', 2))?.name, '');
  });

  it('that are no plain question are refused', () => {
    const message = query('db', recordType.a);
    for (let length = 0; length < message.length; length += 1) {
      assert.equal(readQuestion(message.subarray(0, length)), null);
    }
    const changed = (at: number, value: number): Buffer => {
      const copy = Buffer.from(message);
      copy[at] = value;
      return copy;
    };
    assert.equal(readQuestion(changed(2, 0x81)), null, 'a response');
    assert.equal(readQuestion(changed(2, 0x28)), null, 'an update');
    assert.equal(readQuestion(changed(5, 2)), null, 'two questions');
    assert.equal(readQuestion(changed(12, 0xc0)), null, 'a pointer');
    assert.equal(readQuestion(changed(message.length - 1, 3)), null, 'another class');
    assert.equal(readQuestion(query(Array.from({ length: 130 }, () => 'a').join('.'), 1)), null, 'too long');
  });

  it('are answered', () => {
    const message = query('db', recordType.a, { extra: '0000290200000000000000' });
    const question = readQuestion(message);
    assert.ok(question);
    const answers = [{ type: recordType.a, data: Uint8Array.of(10, 0, 0, 2) }];
    const response = Buffer.from(
      encodeResponse(message, question, { code: 0, answers, seconds: 600, limit: 512 }),
    );
    assert.equal(
      response.toString('hex'),
      '000781800001000100000000026462000001' + '0001' + 'c00c00010001000002580004' + '0a000002',
    );
    assert.ok(answersTo(message, question, response));
    assert.ok(!answersTo(message, question, withId(response, 8)));
    assert.ok(!answersTo(message, question, message));
  });

  it('say when they are cut', () => {
    const message = query('db', recordType.aaaa);
    const question = readQuestion(message);
    assert.ok(question);
    const answers = Array.from({ length: 40 }, () => ({ type: recordType.aaaa, data: new Uint8Array(16) }));
    const response = Buffer.from(
      encodeResponse(message, question, { code: 0, answers, seconds: 1, limit: 512 }),
    );
    assert.ok(response.length <= 512);
    assert.equal(response.readUInt16BE(2) & 0x0200, 0x0200);
    assert.ok(response.readUInt16BE(6) < 40);
  });

  it('ask for names of addresses', () => {
    assert.equal(reverseAddress('2.0.17.172.in-addr.arpa'), '172.17.0.2');
    assert.equal(
      reverseAddress('2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa'),
      'fd00:0000:0000:0000:0000:0000:0000:0002',
    );
    assert.equal(reverseAddress('db'), null);
  });
});
