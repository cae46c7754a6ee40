import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { completionScript } from '../../src/cli/completion/scripts.ts';
import { distance, suggestions } from '../../src/cli/suggest.ts';
import { type FakeDaemon, fakeDaemon } from './fake-daemon.ts';
import { program } from './program.ts';
import { runCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'minke-completion-'));
const env = { DOCKER_HOST: `unix://${join(folder, 's')}`, DOCKER_CONFIG: folder };
let daemon: FakeDaemon;
before(async () => {
  const container = (name: string) => ({ Id: name, Names: [`/${name}`], Image: 'busybox' });
  daemon = await fakeDaemon(join(folder, 's'), {
    'GET /containers/json': { json: [container('web')] },
    'GET /containers/json?all=1': { json: [container('web'), container('worker')] },
    'GET /images/json': { json: [{ RepoTags: ['busybox:latest', '<none>:<none>'] }] },
    'GET /networks': { json: [{ Name: 'back', Driver: 'bridge' }] },
  });
});
after(async () => {
  await daemon.close();
  rmSync(folder, { recursive: true });
});

const words = async (...args: readonly string[]): Promise<string[]> =>
  (await runCli(['__complete', '--', ...args], env)).stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[0] ?? '');

const cases: readonly (readonly [args: readonly string[], wanted: readonly string[]])[] = [
  [['st'], ['stop', 'start', 'stats']],
  [['container', 'un'], ['unpause']],
  [['--tlsc'], ['--tlscacert', '--tlscert']],
  [['-H', 'x', 'expl'], ['explain']],
  [['-l', 'de'], ['debug']],
  [['ps', '--no-'], ['--no-trunc']],
  [['exec', ''], ['web']],
  [['exec', '-it', 'w'], ['web']],
  [['exec', 'web', ''], [':files']],
  [['start', 'wo'], ['worker']],
  [['run', '--rm', 'b'], ['busybox:latest']],
  [['run', '--network', ''], ['back']],
  [['run', '--network=b'], ['--network=back']],
  [['run', '--net', 'b'], ['back']],
  [['run', '-e', 'A=B', '--pull', 'm'], ['missing']],
  [['run', '-v', ''], [':directories']],
  [['run', 'busybox', '-'], [':files']],
  [['rename', 'web', 'x', ''], []],
  [['nope', ''], []],
];

for (const [args, wanted] of cases)
  test(`completes ${args.join(' ')}`, async () => {
    assert.deepEqual((await words(...args)).sort(), [...wanted].sort());
  });

test('without a daemon there is nothing to offer, and nothing to say', async () => {
  const { stdout, stderr, status } = await runCli(['__complete', '--', 'rm', ''], {
    DOCKER_HOST: 'unix:///nonexistent',
  });
  assert.deepEqual([stdout, stderr, status], ['', '', 0]);
});

test('the script for bash', () => {
  writeFileSync(join(folder, 'minke'), `#!/bin/sh\nexec ${program.join(' ')} "$@"\n`);
  chmodSync(join(folder, 'minke'), 0o755);
  writeFileSync(join(folder, 'script'), completionScript('bash', 'minke'));
  const ask = `source ${folder}/script; COMP_WORDS=(minke volume cr); COMP_CWORD=2; _minke_complete; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const path = `${folder}:${process.env.PATH}`;
  assert.equal(execFileSync('bash', ['-c', ask], { env: { ...env, PATH: path } }).toString(), 'create\n');
});

test('words that are near', () => {
  assert.equal(distance('start', 'strat'), 1);
  assert.equal(distance('ps', 'rm'), 2);
  assert.deepEqual(suggestions('sotp', ['stop', 'start', 'stats', 'rm']), ['stop']);
  assert.deepEqual(suggestions('xyz', ['stop', 'rm']), []);
});

test('mistakes come with what may have been meant', async () => {
  assert.match((await runCli(['sotp'], env)).stderr, /Did you mean: {2}docker stop/);
  assert.match((await runCli(['ps', '--no-trnc'], env)).stderr, /Did you mean: {2}--no-trunc/);
  const named = await runCli(['inspect', '--type', 'container', 'wbe'], env);
  assert.doesNotMatch(named.stderr, /Did you mean/);
});
