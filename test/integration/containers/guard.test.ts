/** What a container can't do, and what an image can't make the engine do; rows C of the list of known holes. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { must } from '../../harness/command.ts';
import type { Engine } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { loadBusybox } from '../../harness/images/busybox.ts';

let engine: Engine;
let root = '';

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'minke-guard-'));
  await mkdir(join(root, 'canary'), { mode: 0o700 });
  await writeFile(join(root, 'canary/witness'), 'witness', { mode: 0o600 });
  engine = await startEngine('minke');
  await loadBusybox(engine);
});

after(async () => {
  const left = await engine.stop();
  await rm(root, { recursive: true, force: true });
  assert.deepEqual(left, []);
});

/** Runs a container of busybox; answers what it printed. */
async function run(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await engine.docker(['run', '--rm', ...args]);
  assert.equal(code, 0, stderr);
  return stdout;
}

const refused = async (args: readonly string[], pattern: RegExp): Promise<void> => {
  const { code, stderr } = await engine.docker(['run', '--rm', ...args]);
  assert.notEqual(code, 0, args.join(' '));
  assert.match(stderr, pattern);
};

const row = (status: string, name: string): string =>
  new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';

test('no descriptor of the engine is open in a container, nor can one be its working directory', async () => {
  const names = (await run(['busybox', 'ls', '/proc/self/fd'])).trim().split(/\s+/);
  // ls itself opens the folder.
  assert.ok(
    names.every((name) => Number(name) <= 3),
    names.join(),
  );
  for (const path of ['/proc/self/fd/7', '/dev/fd/8', '/proc/1/cwd']) {
    await refused(['--workdir', path, 'busybox', 'true'], /working directory/);
  }
});

test('capabilities: no inheritable, no ambient, none at all for other users; in run, exec, exec as another', async () => {
  const check = (status: string, isRoot: boolean) => {
    for (const name of ['CapInh', 'CapAmb']) assert.equal(row(status, name), '0'.repeat(16), name);
    if (!isRoot)
      for (const name of ['CapEff', 'CapPrm']) assert.equal(row(status, name), '0'.repeat(16), name);
  };
  check(await run(['busybox', 'cat', '/proc/self/status']), true);
  check(await run(['--user', '1', 'busybox', 'cat', '/proc/self/status']), false);
  check(await run(['--user', '1', '--privileged', 'busybox', 'cat', '/proc/self/status']), false);
  await engine.docker(['run', '--detach', '--name', 'caps', 'busybox', 'sleep', '1000']);
  for (const user of ['0', '1']) {
    const { stdout } = await engine.docker(['exec', '--user', user, 'caps', 'cat', '/proc/self/status']);
    check(stdout, user === '0');
    assert.equal(row(stdout, 'Seccomp'), '2');
  }
  await engine.docker(['rm', '--force', 'caps']);
});

test('the primary group is among the supplementary ones; digits are never a name', async () => {
  const groups = row(
    await run(['--user', '1000:1000', '--group-add', '2000', 'busybox', 'cat', '/proc/self/status']),
    'Groups',
  );
  assert.deepEqual(groups.trim().split(/\s+/).sort(), ['1000', '2000']);
  for (const user of ['4294967296', '-1', '1:4294967296']) {
    await refused(['--user', user, 'busybox', 'id'], /uids and gids must be in range/);
  }
  await refused(['--user', '0x0', 'busybox', 'id'], /unable to find user 0x0/);
});

test('parts of /proc and /sys are hidden or can’t be written', async () => {
  const hidden = ['/proc/kcore', '/proc/keys', '/proc/timer_list', '/proc/interrupts'];
  const sizes = await run([
    'busybox',
    'sh',
    '-c',
    `for f in ${hidden.join(' ')}; do [ -e $f ] && head -c 10 $f | wc -c; done; find /sys/firmware /proc/acpi -mindepth 1 | wc -l`,
  ]);
  assert.match(sizes, /^[0\s]*$/);
  const writes = await run([
    ...['busybox', 'sh', '-c'],
    'for f in /proc/sys/kernel/hostname /proc/sysrq-trigger /sys/kernel/uevent_helper; do (echo x > $f) 2>&1; done; true',
  ]);
  assert.equal(writes.match(/^sh: can't create/gm)?.length, 3, writes);
});

test('cgroups are read-only, device nodes are denied', async () => {
  const tried = await run([
    ...['busybox', 'sh', '-c'],
    'for d in /sys/fs/cgroup /sys/fs/cgroup/*; do mkdir $d/x 2>&1; (echo x > $d/release_agent) 2>&1; done; mknod /b b 7 0 && cat /b 2>&1; true',
  ]);
  assert.ok(!/^$/.test(tried));
  const { stdout } = await engine.docker([
    'run',
    '--rm',
    'busybox',
    'sh',
    '-c',
    'mkdir /sys/fs/cgroup/memory/x 2>/dev/null && echo made',
  ]);
  assert.equal(stdout, '');
  assert.match(tried, /Operation not permitted/);
});

test('an image that brings /dev, /proc and /sys as links starts with true ones', async () => {
  const tree = join(root, 'tree');
  await mkdir(join(tree, 'bin'), { recursive: true });
  await must(['cp', '/bin/busybox', join(tree, 'bin/busybox')]);
  for (const name of ['dev', 'proc', 'sys']) await symlink(join(root, 'canary'), join(tree, name));
  await must(['tar', '-C', tree, '-cf', join(root, 'links.tar'), '.']);
  const imported = await engine.docker(['import', join(root, 'links.tar'), 'links']);
  assert.equal(imported.code, 0, imported.stderr);
  const seen = await run([
    'links',
    '/bin/busybox',
    'sh',
    '-c',
    '/bin/busybox ls /proc/self/status /dev/null /sys/class',
  ]);
  assert.match(seen, /\/dev\/null/);
  assert.deepEqual(await readdir(join(root, 'canary')), ['witness']);
  assert.equal((await stat(join(root, 'canary'))).mode & 0o777, 0o700);
});

test('an image whose files of accounts are links, huge, or no files', async () => {
  const make = async (name: string, script: string): Promise<void> => {
    const tree = join(root, name);
    await mkdir(join(tree, 'bin'), { recursive: true });
    await mkdir(join(tree, 'etc'));
    await must(['cp', '/bin/busybox', join(tree, 'bin/busybox')]);
    await must(['sh', '-c', `cd ${tree}/etc && ${script}`]);
    await must(['tar', '-C', tree, '-cSf', `${tree}.tar`, '.']);
    const { code, stderr } = await engine.docker(['import', `${tree}.tar`, name]);
    assert.equal(code, 0, stderr);
  };
  await make('linked', `ln -s ${join(root, 'canary/witness')} passwd`);
  await refused(['--user', 'witness', 'linked', '/bin/busybox', 'id'], /unable to find user witness/);
  await make('piped', 'mkfifo passwd');
  await refused(['--user', 'somebody', 'piped', '/bin/busybox', 'id'], /unable to find user somebody/);
  await make('huge', 'truncate -s 1G group');
  await refused(['--user', '1', 'huge', '/bin/busybox', 'id'], /too large/);
});

test('files of /etc that an image brings as links lead nowhere', async () => {
  const tree = join(root, 'etc-links');
  await mkdir(join(tree, 'bin'), { recursive: true });
  await mkdir(join(tree, 'etc'));
  await must(['cp', '/bin/busybox', join(tree, 'bin/busybox')]);
  for (const name of ['hosts', 'hostname', 'resolv.conf']) {
    await symlink(join(root, `canary/${name}`), join(tree, 'etc', name));
  }
  await must(['tar', '-C', tree, '-cf', `${tree}.tar`, '.']);
  await engine.docker(['import', `${tree}.tar`, 'etc-links']);
  await engine.docker([
    'run',
    '--rm',
    'etc-links',
    '/bin/busybox',
    'sh',
    '-c',
    'echo 1.2.3.4 x >> /etc/hosts',
  ]);
  assert.deepEqual(await readdir(join(root, 'canary')), ['witness']);
});

test('the environment of the engine stays its own', async () => {
  const names = (await run(['busybox', 'env']))
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0]);
  assert.deepEqual(names.sort(), ['HOME', 'HOSTNAME', 'PATH']);
});

test('data and run folders are closed to other users', async () => {
  for (const folder of [
    engine.dataRoot,
    engine.execRoot,
    join(engine.dataRoot, 'containers'),
    join(engine.execRoot, 'containers'),
  ]) {
    assert.equal((await stat(folder)).mode & 0o007, 0, folder);
  }
});

test('the spec of a container holds no words of its image’s labels', async () => {
  const { stdout } = await engine.docker([
    'run',
    '--detach',
    '--label',
    'run.oci.hooks.stdout=/x',
    'busybox',
    'sleep',
    '1000',
  ]);
  const id = stdout.trim();
  const spec = await readFile(join(engine.execRoot, 'containers', id, 'config.json'), 'utf8');
  assert.ok(!spec.includes('run.oci.hooks'));
  await engine.docker(['rm', '--force', id]);
});

test('a sysctl does not reach the host through a container that is joined', async () => {
  const setting = '/proc/sys/kernel/msgmax';
  const before = await readFile(setting, 'utf8');
  const donor = ['run', '--detach', '--name', 'open', '--network', 'host', '--ipc', 'host'];
  await engine.docker([...donor, 'busybox', 'sleep', '1000']);
  const network = ['--network', 'container:open', '--sysctl', 'net.ipv4.ip_forward=0', 'busybox', 'true'];
  const ipc = ['--ipc', 'container:open', '--sysctl', 'kernel.msgmax=4096', 'busybox', 'true'];
  await refused(network, /not allowed in host network namespace/);
  await refused(ipc, /not allowed in the hosts ipc namespace/);
  // And through one that joined the one that is open.
  const between = ['run', '--detach', '--name', 'between', '--ipc', 'container:open'];
  await engine.docker([...between, 'busybox', 'sleep', '1000']);
  await refused(
    ['--ipc', 'container:between', '--sysctl', 'kernel.msgmax=4096', 'busybox', 'true'],
    /hosts ipc namespace/,
  );
  assert.equal(await readFile(setting, 'utf8'), before);
  await engine.docker([
    'run',
    '--detach',
    '--name',
    'closed',
    '--ipc',
    'shareable',
    'busybox',
    'sleep',
    '1000',
  ]);
  const inside = ['--ipc', 'container:closed', '--sysctl', 'kernel.msgmax=4096', 'busybox'];
  assert.equal((await run([...inside, 'cat', setting])).trim(), '4096');
  assert.equal(await readFile(setting, 'utf8'), before);
});

test('what the mount of a source forbids is forbidden in the container, too', async () => {
  const source = join(root, 'guarded');
  await mkdir(source);
  await must(['mount', '-t', 'tmpfs', '-o', 'nosuid,nodev,noexec,size=1m', 'tmpfs', source]);
  try {
    const look = 'grep -E " /(a|b|c) " /proc/mounts | cut -d" " -f2,4; touch /c/x 2>&1; true';
    await must(['mount', '--bind', source, source]);
    await must(['mount', '-o', 'remount,bind,ro,nosuid,nodev,noexec', source]);
    const ends = ['-v', `${source}:/c`, 'busybox', 'sh', '-c', look];
    for (const runtime of ['crun', 'runc']) {
      const { code, stdout, stderr } = await engine.docker(['run', '--rm', '--runtime', runtime, ...ends]);
      // Which of them is there is the machine's.
      if (/unknown or invalid runtime name/.test(stderr)) continue;
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^\/c ro,nosuid,nodev,noexec,/m, runtime);
      assert.match(stdout, /Read-only file system/, runtime);
    }
    await must(['umount', source]);
    const words = await run(['-v', `${source}:/a`, '-v', `${source}:/b:ro`, 'busybox', 'sh', '-c', look]);
    assert.match(words, /^\/a rw,nosuid,nodev,noexec,/m);
    assert.match(words, /^\/b ro,nosuid,nodev,noexec,/m);
  } finally {
    await must(['umount', '--recursive', source]);
  }
});
