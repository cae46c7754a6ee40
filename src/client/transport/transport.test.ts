import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { parseAddress } from './address.ts';
import { shellQuote, sshArguments } from './ssh.ts';

test('addresses', () => {
  assert.deepEqual(parseAddress('unix:///run/x.sock'), { kind: 'unix', path: '/run/x.sock' });
  assert.deepEqual(parseAddress('tcp://h:99/p/'), { kind: 'tcp', host: 'h', port: 99, prefix: '/p' });
  assert.deepEqual(parseAddress('tcp://[::1]'), { kind: 'tcp', host: '::1', port: 2375, prefix: '' });
  assert.deepEqual(parseAddress('https://h'), { kind: 'tcp', host: 'h', port: 2376, prefix: '' });
  assert.deepEqual(parseAddress('ssh://u@h:22/run/x.sock'), {
    kind: 'ssh',
    user: 'u',
    host: 'h',
    port: '22',
    path: '/run/x.sock',
  });
  for (const bad of ['', 'x', 'unix://', 'npipe:////./pipe/x', 'tcp://a:b', 'ssh://', 'ssh://u:p@h'])
    assert.throws(() => parseAddress(bad), Error, bad);
});

test('hosts and users that ssh could take for options are refused', () => {
  for (const bad of [
    'ssh://-oProxyCommand=x',
    'ssh://-u@h',
    'ssh://h;x',
    'ssh://$(x)',
    'ssh://u@-h',
    'ssh://h x',
  ])
    assert.throws(() => parseAddress(bad), /not allowed|no host/, bad);
});

/** What the far shell makes of the words behind the host. */
function farWords(url: string): string[] {
  const address = parseAddress(url);
  assert.equal(address.kind, 'ssh');
  const args = sshArguments(address);
  const remote = args.slice(args.indexOf('--') + 2).join(' ');
  const printed = execFileSync('sh', ['-c', `set -- ${remote}; printf '%s\\n' "$@"`]).toString();
  return printed.trimEnd().split('\n');
}

test('a path does not reach the far shell unquoted', () => {
  for (const path of ['/$(touch /tmp/minke-j4)', '/a b', "/it's", '/;x', '/`x`', '/$HOME'])
    assert.deepEqual(farWords(`ssh://h${path}`), [
      'docker',
      '--host',
      `unix://${path}`,
      'system',
      'dial-stdio',
    ]);
  assert.deepEqual(farWords('ssh://h'), ['docker', 'system', 'dial-stdio']);
});

test('words are quoted only where they must be', () => {
  assert.equal(shellQuote('a/b-c_d.e:f'), 'a/b-c_d.e:f');
  assert.equal(shellQuote(''), "''");
  assert.equal(shellQuote("a'b"), "'a'\\''b'");
});
