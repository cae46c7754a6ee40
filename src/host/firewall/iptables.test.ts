import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Processes, RunOptions, RunResult } from '../process/contract.ts';
import type { Rule } from './contract.ts';
import { IptablesFirewall } from './iptables.ts';

const rule = (args: string): Rule => ({ family: 'ipv4', table: 'filter', chain: 'A', args, place: 'bottom' });
const wanted = (...args: string[]) => ({ chains: [], rules: args.map(rule) });

/** iptables that keeps its rules as lines. */
class FakeIptables implements Processes {
  readonly runs: string[] = [];
  rules: string[] = [];
  start = async (): Promise<never> => {
    throw new Error('not needed');
  };

  async run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    this.runs.push(argv[0] ?? '');
    const result = { code: 0, signal: null, stdout: '', stderr: '' };
    if (argv[0] === 'iptables-save') {
      return {
        ...result,
        stdout: `*filter\n:A - [0:0]\n${this.rules.map((args) => `-A ${args}`).join('\n')}\nCOMMIT\n`,
      };
    }
    const before = [...this.rules];
    for (const line of String(options.stdin).split('\n')) {
      if (line.startsWith('-A ')) this.rules.push(line.slice(3));
      if (!line.startsWith('-D ')) continue;
      const at = this.rules.indexOf(line.slice(3));
      if (at === -1) {
        this.rules = before;
        return { ...result, code: 1, stderr: 'Bad rule' };
      }
      this.rules.splice(at, 1);
    }
    return result;
  }
}

describe('iptables', () => {
  it('is run once for a change, and not at all for none', async () => {
    const processes = new FakeIptables();
    const firewall = new IptablesFirewall({ processes, families: ['ipv4'] });
    await firewall.apply(wanted('-i a -j DROP'));
    await firewall.apply(wanted('-i a -j DROP'));
    assert.deepEqual(processes.runs, ['iptables-restore']);
    await firewall.apply(wanted('-i b -j DROP'));
    assert.deepEqual(processes.rules, ['A -i b -j DROP']);
  });

  it('is run once for changes that wait together', async () => {
    const processes = new FakeIptables();
    const firewall = new IptablesFirewall({ processes, families: ['ipv4'] });
    const sets = [['1'], ['1', '2'], ['1', '2', '3'], ['1', '2', '3', '4']];
    await Promise.all(sets.map((args) => firewall.apply(wanted(...args))));
    assert.equal(processes.rules.length, 4);
    assert.ok(processes.runs.length <= 2);
  });

  it('looks at what is there where a change fails', async () => {
    const processes = new FakeIptables();
    const firewall = new IptablesFirewall({ processes, families: ['ipv4'] });
    await firewall.apply(wanted('-i a -j DROP', '-i b -j DROP'));
    processes.rules = ['A -i foreign -j DROP', 'A -i b -j DROP'];
    await firewall.apply(wanted('-i c -j DROP'));
    assert.deepEqual(processes.rules, ['A -i foreign -j DROP', 'A -i c -j DROP']);
    processes.rules = ['A -i foreign -j DROP'];
    const mended = await firewall.repair(wanted('-i c -j DROP'), () => false);
    assert.deepEqual(mended, { added: 1, removed: 0 });
  });

  it('says what iptables said', async () => {
    const processes = new FakeIptables();
    processes.run = async () => ({ code: 4, signal: null, stdout: '', stderr: 'no such table\n' });
    const firewall = new IptablesFirewall({ processes, families: ['ipv4'] });
    await assert.rejects(firewall.apply(wanted('-j DROP')), /iptables-save failed: no such table/);
  });

  it('leaves a family alone that may not be touched', async () => {
    const processes = new FakeIptables();
    const firewall = new IptablesFirewall({ processes, families: ['ipv4'] });
    await firewall.apply({ chains: [], rules: [{ ...rule('-j DROP'), family: 'ipv6' }] });
    assert.deepEqual(processes.runs, []);
  });
});
