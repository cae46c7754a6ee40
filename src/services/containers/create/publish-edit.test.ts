import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isKind } from '../../../errors/minke-error.ts';
import { editBindings } from './publish-edit.ts';

const at = (HostPort: string, HostIp = '') => ({ HostIp, HostPort });

describe('an edit of port bindings', () => {
  it('adds and removes', () => {
    const before = { '80/tcp': [at('8080'), at('8081')], '53/udp': [at('53')] };
    assert.deepEqual(editBindings(before, { '90': [at('9090')] }, { '80/tcp': [at('8081')] }), {
      '80/tcp': [at('8080')],
      '53/udp': [at('53')],
      '90/tcp': [at('9090')],
    });
    assert.deepEqual(editBindings(before, null, { '80': [], '53/UDP': null }), {});
    assert.deepEqual(editBindings(null, { '80/tcp': [at(''), at('')] }, null), {
      '80/tcp': [at(''), at('')],
    });
  });

  it('moves a port: what goes is gone before the rest comes', () => {
    const moved = editBindings(
      { '80/tcp': [at('8080')] },
      { '80/tcp': [at('8080', '127.0.0.1')] },
      { '80/tcp': [] },
    );
    assert.deepEqual(moved, { '80/tcp': [at('8080', '127.0.0.1')] });
  });

  it('is refused where it makes no sense', () => {
    const before = { '80/tcp': [at('8080')] };
    const refused = (kind: 'not-found' | 'conflict' | 'invalid') => (error: unknown) => isKind(error, kind);
    assert.throws(() => editBindings(before, null, { '81/tcp': [] }), refused('not-found'));
    assert.throws(() => editBindings(before, null, { '80/tcp': [at('1')] }), refused('not-found'));
    assert.throws(() => editBindings(before, { '80/tcp': [at('8080')] }, null), refused('conflict'));
    for (const key of ['', 'x', '0/tcp', '80-90/tcp', '80/icmp'])
      assert.throws(() => editBindings(before, { [key]: [at('1')] }, null), refused('invalid'), key);
  });
});
