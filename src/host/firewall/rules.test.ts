import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Rule, RuleSet } from './contract.ts';
import { correction, difference, isEmpty, parseSave, restoreScript } from './rules.ts';

const rule = (chain: string, args: string, place: Rule['place'] = 'bottom'): Rule => ({
  family: 'ipv4',
  table: 'filter',
  chain,
  args,
  place,
});

const set = (rules: Rule[]): RuleSet => ({
  chains: [{ family: 'ipv4', table: 'filter', chain: 'A' }],
  rules,
});

const saved = `# Generated
*mangle
-A PREROUTING -j ACCEPT
COMMIT
*filter
:INPUT ACCEPT [0:0]
:A - [0:0]
-A INPUT -s 1.2.3.4/32 -j DROP
-A A -i br0 -j ACCEPT
-A A -i br0 -j ACCEPT
-A A -i br9 -j ACCEPT
COMMIT
`;

describe('rule sets', () => {
  it('differ by what is new and what has gone', () => {
    const change = difference(
      set([rule('A', 'old'), rule('A', 'same')]),
      set([rule('A', 'same'), rule('A', 'new')]),
    );
    assert.deepEqual(change.chains, []);
    assert.deepEqual(
      change.add.map(({ args }) => args),
      ['new'],
    );
    assert.deepEqual(
      change.remove.map(({ args }) => args),
      ['old'],
    );
    assert.ok(isEmpty(difference(set([rule('A', 'same')]), set([rule('A', 'same')]))));
  });

  it('are written as one transaction a table, the first of the top rules on top', () => {
    const change = {
      chains: [{ family: 'ipv4', table: 'filter', chain: 'A' }],
      remove: [rule('A', '-i old -j DROP')],
      add: [
        rule('A', '-i first -j DROP', 'top'),
        rule('A', '-i second -j DROP', 'top'),
        rule('A', '-j DROP'),
        { ...rule('POSTROUTING', '-j MASQUERADE'), table: 'nat' },
      ],
    } as const;
    assert.equal(
      restoreScript(change),
      `*filter
-N A
-D A -i old -j DROP
-I A 1 -i second -j DROP
-I A 1 -i first -j DROP
-A A -j DROP
COMMIT
*nat
-A POSTROUTING -j MASQUERADE
COMMIT
`,
    );
    assert.equal(restoreScript({ chains: [], add: [], remove: [] }), '');
  });

  it('are read from what iptables-save prints', () => {
    const found = parseSave('ipv4', saved);
    assert.deepEqual(
      found.chains.map(({ table, chain }) => `${table} ${chain}`),
      ['filter INPUT', 'filter A'],
    );
    assert.equal(found.rules.length, 4);
    assert.equal(found.rules[0]?.args, '-s 1.2.3.4/32 -j DROP');
  });

  it('are corrected without touching what is not ours', () => {
    const change = correction(
      parseSave('ipv4', saved),
      set([rule('A', '-i br0 -j ACCEPT'), rule('A', '-i br1 -j ACCEPT')]),
      ({ args }) => args.includes('br9'),
    );
    assert.deepEqual(change.chains, []);
    assert.deepEqual(
      change.add.map(({ args }) => args),
      ['-i br1 -j ACCEPT'],
    );
    // One of two equal ones, and what is ours and not wanted.
    assert.deepEqual(
      change.remove.map(({ args }) => args),
      ['-i br0 -j ACCEPT', '-i br9 -j ACCEPT'],
    );
  });
});
