import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { NftTable } from './contract.ts';
import { change, markOf, marksOf, readListing } from './script.ts';

const table = (chains: Record<string, readonly string[]>): NftTable => ({
  family: 'ip',
  chains: Object.entries(chains).map(([name, rules]) => ({ name, hook: null, rules })),
});

describe('changes of a table', () => {
  it('make it whole where it is missing', () => {
    const hooked: NftTable = {
      family: 'ip6',
      chains: [
        { name: 'a', hook: { type: 'nat', hook: 'output', priority: -100 }, rules: ['jump b'] },
        { name: 'b', hook: null, rules: [] },
      ],
    };
    assert.deepEqual(change('t', hooked, null), {
      script: [
        'add table ip6 t',
        'add chain ip6 t a { type nat hook output priority -100; }',
        'add chain ip6 t b',
        `add rule ip6 t a jump b comment "${markOf('jump b')}"`,
        '',
      ].join('\n'),
      added: 1,
      removed: 0,
    });
  });

  it('fill anew the chains that differ, and those alone', () => {
    const before = marksOf(table({ same: ['accept'], other: ['drop', 'accept'], gone: ['drop'] }));
    const { script, added, removed } = change('t', table({ same: ['accept'], other: ['accept'] }), before);
    assert.equal(
      script,
      [
        'flush chain ip t other',
        'flush chain ip t gone',
        `add rule ip t other accept comment "${markOf('accept')}"`,
        'delete chain ip t gone',
        '',
      ].join('\n'),
    );
    assert.deepEqual([added, removed], [0, 2]);
  });

  it('are none where all is as it should be', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.array(fc.string())), (chains) => {
        const one = table(chains);
        assert.deepEqual(change('t', one, marksOf(one)), { script: '', added: 0, removed: 0 });
      }),
    );
  });
});

describe('what nft prints', () => {
  it('is read chain by chain', () => {
    const text = JSON.stringify({
      nftables: [
        { metainfo: { version: '1.0.6' } },
        { table: { family: 'ip', name: 't', handle: 1 } },
        { chain: { family: 'ip', table: 't', name: 'a', handle: 1 } },
        { chain: { family: 'ip', table: 't', name: 'b', handle: 2, type: 'filter', hook: 'forward' } },
        { rule: { family: 'ip', table: 't', chain: 'b', handle: 3, comment: 'x', expr: [{ drop: null }] } },
        { rule: { family: 'ip', table: 't', chain: 'b', handle: 4, expr: [] } },
      ],
    });
    assert.deepEqual(
      readListing(text),
      new Map([
        ['a', []],
        ['b', ['x', '']],
      ]),
    );
    assert.throws(() => readListing('{}'));
    assert.throws(() => readListing('nonsense'));
  });
});
