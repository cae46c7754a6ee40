import assert from 'node:assert/strict';
import { it } from 'node:test';
import { codeOf, encodeName, readQuestion, recordType } from '../../../wire/dns.ts';
import { Directory } from './directory.ts';
import { hostAnswerer } from './host-names.ts';

it('tells the host names of containers, and refuses what is not the engine’s', () => {
  const directory = new Directory();
  const place = { network: 'n', networkName: 'shop', neighbours: true, links: [] };
  directory.set('c', {
    name: 'db',
    namespace: null,
    servers: [],
    outside: true,
    ndots: false,
    places: [{ ...place, names: ['db'], addresses: ['10.0.0.2'] }],
  });
  const answerer = hostAnswerer(directory);
  const ask = (name: string, type: number): string => {
    const head = Buffer.from('000701000001000000000000', 'hex');
    const query = Buffer.concat([head, encodeName(name), Buffer.from([0, type, 0, 1])]);
    const question = readQuestion(query);
    assert.ok(question);
    const answer = answerer.here(query, question, 512);
    assert.ok(answer, 'nothing is asked elsewhere');
    return `${codeOf(answer)} ${Buffer.from(answer).subarray(question.end).toString('hex')}`;
  };
  for (const name of ['db', 'db.shop', 'DB.minke', 'db.shop.minke'])
    assert.match(ask(name, recordType.a), /^0 .*0a000002$/, name);
  assert.equal(ask('db', recordType.aaaa), '0 ');
  assert.equal(ask('nobody.minke', recordType.a), '3 ');
  assert.equal(ask('example.com', recordType.a), '5 ');
  const name = Buffer.from(encodeName('db.shop.minke')).toString('hex');
  assert.ok(ask('2.0.0.10.in-addr.arpa', recordType.ptr).endsWith(name));
  assert.equal(ask('3.0.0.10.in-addr.arpa', recordType.ptr), '5 ');
});
