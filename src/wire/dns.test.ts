import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  answersTo,
  encodeName,
  encodeResponse,
  readQuestion,
  recordType,
  rejectionOf,
  reverseAddress,
  udpLimit,
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

  it('that can not be read are rejected, but for answers', () => {
    const message = query('db', recordType.a);
    const changed = (at: number, value: number): Buffer => {
      const copy = Buffer.from(message);
      copy[at] = value;
      return copy;
    };
    const said = (bytes: Uint8Array): string | null => {
      const rejection = rejectionOf(bytes);
      return rejection === null ? null : Buffer.from(rejection).toString('hex');
    };
    const rest = '00'.repeat(8);
    assert.equal(said(changed(2, 0x29)), `0007a984${rest}`, 'an update');
    assert.equal(said(changed(message.length - 1, 3)), `00078184${rest}`, 'another class');
    assert.equal(said(changed(5, 2)), `00078181${rest}`, 'two questions');
    assert.equal(said(message.subarray(0, 14)), `00078181${rest}`, 'cut off');
    assert.equal(said(changed(2, 0x81)), null, 'a response');
    assert.equal(said(message.subarray(0, 11)), null, 'less than a head');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const rejection = rejectionOf(bytes);
        assert.ok(rejection === null || rejection.length === 12);
      }),
    );
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

  it('say how long an answer may be', () => {
    const limit = (extra: string): number => {
      const message = query('db', recordType.a, { extra });
      if (extra !== '') message.writeUInt16BE(1, 10);
      const question = readQuestion(message);
      assert.ok(question);
      return udpLimit(message, question);
    };
    assert.equal(limit(''), 512);
    assert.equal(limit('00002904d0000000000000'), 1232);
    assert.equal(limit('0000290010000000000000'), 512);
    assert.equal(limit('000029ffff000000000000'), 4096);
    assert.equal(limit('00001004d0000000000000'), 512, 'another record');
  });

  it('of any bytes are refused or answered within the limit, never with an error', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      // What is nearly a question.
      fc.tuple(fc.array(byte, { maxLength: 40 }), byte, byte).map(([name, type, last]) => {
        const head = [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        return Uint8Array.from([...head, ...name, 0, 0, type, 0, 1, last]);
      }),
    );
    fc.assert(
      fc.property(bytes, fc.integer({ min: 0, max: 30 }), (message, count) => {
        const question = readQuestion(message);
        if (question === null) return;
        assert.ok(question.end <= message.length && question.name.length <= 254);
        const limit = udpLimit(message, question);
        const answers = Array.from({ length: count }, () => ({ type: 28, data: new Uint8Array(16) }));
        const reply = encodeResponse(message, question, { code: 0, answers, seconds: 1, limit });
        assert.ok(reply.length <= limit);
        assert.ok(answersTo(message, question, reply));
        reverseAddress(question.name);
      }),
      { numRuns: 2000 },
    );
  });
});
