/** `image push ssh://…` through OpenSSH's own server, in a network namespace, with keys made for the test. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { sshd } from '../../../scripts/peers/sshd.ts';
import { must } from '../../harness/command.ts';
import type { Engine } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { loadBusybox } from '../../harness/images/busybox.ts';
import { until } from '../../harness/until.ts';

const minke = resolve(import.meta.dirname, '../../../bin/minke');
const PORT = 2222;

/** A server beside the engine, and a folder with the `ssh` that knows its key. Root enters by key. */
async function startSshd(engine: Engine): Promise<{ readonly bin: string; stop(): Promise<void> }> {
  const { program, libraries } = await sshd();
  const folder = join(engine.dataRoot, '../ssh');
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  for (const name of ['host', 'user'])
    await must(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  await writeFile(join(folder, 'authorized'), await readFile(join(folder, 'user.pub')));
  await writeFile(
    join(folder, 'known'),
    `[127.0.0.1]:${PORT} ${await readFile(join(folder, 'host.pub'), 'utf8')}`,
  );
  // The far shell finds `docker`, as on any host that docker's client is to reach.
  const far = join(folder, 'far');
  await mkdir(far);
  await symlink(minke, join(far, 'docker'));
  await writeFile(
    join(folder, 'sshd_config'),
    [
      `ListenAddress 127.0.0.1:${PORT}`,
      `HostKey ${folder}/host`,
      `AuthorizedKeysFile ${folder}/authorized`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      'PidFile none',
      `SetEnv PATH=${far}:/usr/bin:/bin DOCKER_HOST=unix://${engine.socket}`,
      '',
    ].join('\n'),
  );
  await writeFile(
    join(folder, 'ssh_config'),
    `IdentityFile ${folder}/user\nIdentitiesOnly yes\nUserKnownHostsFile ${folder}/known\nStrictHostKeyChecking yes\n`,
  );
  await writeFile(join(bin, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${folder}/ssh_config "$@"\n`);
  await chmod(join(bin, 'ssh'), 0o755);
  // The server wants a user of its own, a folder below /run, and a root that is not locked: in a namespace all its own.
  const passwd = `root:x:0:0:root:/root:/bin/sh\nsshd:x:100:65534::/run/sshd:/usr/sbin/nologin\n`;
  await writeFile(join(folder, 'passwd'), passwd);
  await writeFile(join(folder, 'shadow'), 'root:*:19000:0:99999:7:::\nsshd:*:19000:0:99999:7:::\n');
  const script = `mount --bind ${folder}/passwd /etc/passwd && mount --bind ${folder}/shadow /etc/shadow &&
    mount -t tmpfs none /run && mkdir -m 755 /run/sshd && exec ${program} -D -e -f ${folder}/sshd_config`;
  const child: ChildProcess = spawn(
    'setpriv',
    [
      ...['--pdeathsig=TERM', 'nsenter', `--net=/run/netns/${engine.netns}`],
      ...['unshare', '--mount', 'sh', '-c', script],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env.PATH, LD_LIBRARY_PATH: libraries } },
  );
  const ended = once(child, 'exit');
  let said = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  await until('sshd to listen', () => {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${said}`);
    return said.includes('Server listening');
  });
  return {
    bin,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

test('an image goes through OpenSSH to a Minke, to its usual socket and to a given one', async () => {
  const [here, there] = [await startEngine('minke'), await startEngine('minke')];
  try {
    await loadBusybox(here);
    await loadBusybox(there);
    const docker = async (engine: Engine, ...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await engine.docker(args);
      assert.equal(code, 0, stderr);
      return stdout.trim();
    };
    await docker(here, 'run', '--name', 'box', 'busybox', 'sh', '-c', 'echo content > /added');
    await docker(here, 'commit', 'box', 'made:1');
    const server = await startSshd(there);
    try {
      // From the far engine's network, where the server listens, with the near engine's socket.
      const push = (...args: string[]) =>
        there.inside([minke, '-H', `unix://${here.socket}`, 'image', 'push', ...args], {
          env: { ...here.env, PATH: `${server.bin}:${here.env.PATH ?? ''}` },
        });
      const pushed = await push(`ssh://root@127.0.0.1:${PORT}`, 'made:1');
      assert.equal(pushed.code, 0, pushed.stderr);
      assert.match(pushed.stdout, /Loaded image: made:1/);
      assert.equal(
        await docker(there, 'run', '--rm', '--network', 'none', 'made:1', 'cat', '/added'),
        'content',
      );
      const path = await push(`ssh://root@127.0.0.1:${PORT}${there.socket}`, 'made:1');
      assert.equal(path.code, 0, path.stderr);
      const none = await push(`ssh://nobody@127.0.0.1:${PORT}`, 'made:1');
      assert.notEqual(none.code, 0);
      assert.match(none.stderr, /Permission denied/);
    } finally {
      await server.stop();
    }
  } finally {
    assert.deepEqual([...(await here.stop()), ...(await there.stop())], []);
  }
});
