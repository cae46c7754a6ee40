/** Ways to the daemon: TLS with certificates, ssh (by a program that takes its place), and the bridge at its far end. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type FakeDaemon, fakeDaemon } from './fake-daemon.ts';
import { program } from './program.ts';
import { runCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'minke-transport-'));
const at = (name: string): string => join(folder, name);
const [file, ...first] = program;
let daemon: FakeDaemon;

before(async () => {
  daemon = await fakeDaemon(at('s'), {
    'GET /volumes': { json: { Volumes: [{ Name: 'far', Driver: 'local' }] } },
  });
  writeFileSync(
    at('ssh'),
    `#!/bin/sh\nprintf '%s\\n' "$@" >${at('argv')}\nwhile [ "$1" != -- ]; do shift; done\nshift 2\nexec sh -c "$*"\n`,
  );
  writeFileSync(at('docker'), `#!/bin/sh\nexec ${program.join(' ')} "$@"\n`);
  for (const name of ['ssh', 'docker']) chmodSync(at(name), 0o755);
});
after(async () => {
  await daemon.close();
  rmSync(folder, { recursive: true });
});

/** Runs the program as a process of its own. */
const run = (args: readonly string[], env: NodeJS.ProcessEnv): Promise<{ stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(file, [...first, ...args], { env, timeout: 120_000 }, (_error, stdout, stderr) =>
      resolve({ stdout, stderr }),
    );
  });

test('ssh', async () => {
  const env = {
    PATH: `${folder}:${process.env.PATH}`,
    HOME: folder,
    DOCKER_HOST: `ssh://ada@far:2222${at('s')}`,
  };
  const { stdout, stderr } = await run(['volume', 'ls', '-q'], env);
  assert.equal(stderr, '');
  assert.equal(stdout, 'far\n');
  assert.deepEqual(readFileSync(at('argv'), 'utf8').trim().split('\n'), [
    '-o',
    'ConnectTimeout=30',
    '-T',
    '-l',
    'ada',
    '-p',
    '2222',
    '--',
    'far',
    'docker',
    '--host',
    `unix://${at('s')}`,
    'system',
    'dial-stdio',
  ]);
});

test('a path in an ssh address is no command', async () => {
  const env = {
    PATH: `${folder}:${process.env.PATH}`,
    HOME: folder,
    DOCKER_HOST: `ssh://h/$(touch ${at('marker')})`,
  };
  const { stderr } = await run(['volume', 'ls'], env);
  assert.match(stderr, /error during connect|Cannot connect|unable to/);
  assert.equal(existsSync(at('marker')), false);
});

test('an ssh that fails says why', async () => {
  writeFileSync(at('ssh'), '#!/bin/sh\necho "Host key verification failed." >&2\nexit 255\n');
  const env = { PATH: `${folder}:${process.env.PATH}`, HOME: folder, DOCKER_HOST: 'ssh://far' };
  const { stderr } = await run(['volume', 'ls'], env);
  assert.match(stderr, /has exited with exit status 255.*Host key verification failed/);
});

const openssl = ((): boolean => {
  try {
    execFileSync('openssl', ['version']);
    return true;
  } catch {
    return false;
  }
})();

/** An authority, and a certificate that it signed. */
function certificates(): void {
  const run = (...args: string[]): void =>
    void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  run('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=authority', '-days', '2');
  writeFileSync(at('names'), 'subjectAltName=IP:127.0.0.1\n');
  for (const name of ['server', 'key']) {
    const out = name === 'server' ? 'server.pem' : 'cert.pem';
    run('req', ...key, '-keyout', `${name}.pem.key`, '-out', 'csr', '-subj', `/CN=${name}`);
    run(
      'x509',
      '-req',
      '-in',
      'csr',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-out',
      out,
      '-extfile',
      'names',
      '-days',
      '2',
    );
  }
  writeFileSync(at('key.pem'), readFileSync(at('key.pem.key')));
  run(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'other.key',
    '-out',
    'other.pem',
    '-subj',
    '/CN=other',
    '-days',
    '2',
  );
}

test('TLS', { skip: openssl ? false : 'openssl is not installed' }, async (t) => {
  certificates();
  const server: Server = createServer(
    {
      ca: readFileSync(at('ca.pem')),
      cert: readFileSync(at('server.pem')),
      key: readFileSync(at('server.pem.key')),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (_request, response) => response.end('{"Volumes":[{"Name":"tls","Driver":"local"}]}'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const env = { DOCKER_HOST: `tcp://127.0.0.1:${port}`, DOCKER_CONFIG: folder };
  const list = ['volume', 'ls', '-q'];
  await t.test('both sides checked', async () => {
    const { stdout, stderr } = await runCli(['--tlsverify', ...list], env);
    assert.equal(stderr, '');
    assert.equal(stdout, 'tls\n');
    assert.equal((await runCli(list, { ...env, DOCKER_TLS_VERIFY: '1' })).stdout, 'tls\n');
    assert.equal(
      (
        await runCli(list, {
          ...env,
          DOCKER_TLS_VERIFY: '1',
          DOCKER_CERT_PATH: folder,
          DOCKER_CONFIG: '/nonexistent',
        })
      ).stdout,
      'tls\n',
    );
  });
  await t.test('another authority', async () => {
    const { status, stderr } = await runCli(['--tlsverify', '--tlscacert', at('other.pem'), ...list], env);
    assert.equal(status, 1);
    assert.match(stderr, /certificate|CERT|verify/i);
    assert.equal((await runCli(['--tls', ...list], env)).stdout, 'tls\n');
  });
  await t.test('no client certificate', async () => {
    const { status } = await runCli(['--tlsverify', '--tlscacert', at('ca.pem'), ...list], {
      ...env,
      DOCKER_CONFIG: '/nonexistent',
    });
    assert.equal(status, 1);
  });
  await t.test('a context', async () => {
    const docker = `host=tcp://127.0.0.1:${port},ca=${at('ca.pem')},cert=${at('cert.pem')},key=${at('key.pem')}`;
    const own = { DOCKER_CONFIG: at('settings') };
    assert.equal((await runCli(['context', 'create', 'far', '--docker', docker], own)).status, 0);
    assert.equal((await runCli(['-c', 'far', ...list], own)).stdout, 'tls\n');
    assert.equal((await runCli(list, { ...own, DOCKER_CONTEXT: 'far' })).stdout, 'tls\n');
  });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
