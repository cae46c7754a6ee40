/** The real OCI runtimes of this machine pass the suite of their drivers. */
import assert from 'node:assert/strict';
import { existsSync, watch } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DirectRuntimeOptions } from '../../../src/drivers/runtime/command-line/direct-runtime.ts';
import { removeMounted } from '../../../src/drivers/runtime/command-line/scratch.ts';
import type { OciRuntime } from '../../../src/drivers/runtime/contract.ts';
import { crunRuntime } from '../../../src/drivers/runtime/crun/crun.ts';
import { customRuntime } from '../../../src/drivers/runtime/custom/custom.ts';
import { runcRuntime } from '../../../src/drivers/runtime/runc/runc.ts';
import { type RuntimeGround, runtimeSuite } from '../../../src/drivers/runtime/suite.ts';
import { LinuxCgroups } from '../../../src/host/cgroup/linux.ts';
import { LinuxMounts } from '../../../src/host/mount/linux/mounts.ts';
import { LinuxProc } from '../../../src/host/proc/linux.ts';
import { posixProcesses as processes } from '../../../src/host/process/posix/posix-processes.ts';
import { buildSeccomp } from '../../../src/services/containers/spec/seccomp/build.ts';
import { defaultProfile } from '../../../src/services/containers/spec/seccomp/default-profile.ts';
import type { Spec } from '../../../src/wire/oci-runtime.ts';
import { until } from '../../harness/until.ts';

const proc = new LinuxProc();
const cgroups = new LinuxCgroups();
const mounts = new LinuxMounts();

const seccomp = buildSeccomp(defaultProfile, { architecture: 'amd64', capabilities: [], kernel: '6.1' });

const spec = (cgroupsPath: string, args: string[]): Spec => ({
  ociVersion: '1.0.2',
  root: { path: 'rootfs' },
  process: { user: { uid: 0, gid: 0 }, args, env: ['PATH=/bin'], cwd: '/' },
  mounts: [
    { destination: '/proc', type: 'proc', source: 'proc' },
    { destination: '/dev', type: 'tmpfs', source: 'tmpfs' },
  ],
  linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'ipc' }], cgroupsPath, seccomp },
});

type Make = (options: DirectRuntimeOptions) => OciRuntime;

async function lay(name: string, path: string, make: Make): Promise<RuntimeGround & { root: string }> {
  const root = await mkdtemp(join(tmpdir(), 'minke-runtime-'));
  const cgroupParent = `/${root.split('/').at(-1)}`;
  const at = { name, path, root: join(root, 'state'), cgroupParent };
  const runtime = make({ ...at, processes, proc, cgroups, mounts });
  const begun: Awaited<ReturnType<RuntimeGround['begin']>>[] = [];
  await runtime.probe();
  return {
    runtime,
    root,
    async begin(id) {
      const bundle = join(root, id);
      const cgroup = `${cgroupParent}/${id}`;
      await mkdir(join(bundle, 'rootfs/bin'), { recursive: true });
      await cp('/bin/busybox', join(bundle, 'rootfs/bin/busybox'));
      const asked = spec(cgroup, ['/bin/busybox', 'sleep', '1000']);
      const prepared = runtime.prepare(asked);
      await writeFile(join(bundle, 'config.json'), JSON.stringify(prepared));
      const pidFile = join(bundle, 'PID_FILE');
      const argv = runtime
        .runArgv({ id, bundle, tty: false })
        .map((word) => (word.startsWith('$') ? join(bundle, word.slice(2, -1)) : word));
      const { ended } = await processes.start(argv, { env: runtime.env });
      assert.equal((await ended).code, 0, await readFile(join(bundle, 'LOG_FILE'), 'utf8').catch(() => ''));
      runtime.started(id, asked, prepared);
      const process = proc.identify(Number(await readFile(pidFile, 'utf8')));
      const container = { id, cgroup, process };
      begun.push(container);
      return container;
    },
    ended: async (id) => {
      const process = begun.find((container) => container.id === id)?.process;
      await until(
        `${id} to end`,
        async () => proc.identify(process?.pid ?? 0)?.startTime !== process?.startTime,
      );
    },
    async clear() {
      for (const container of begun) await runtime.delete(container);
      await cgroups.remove(cgroupParent);
      await rm(root, { recursive: true, force: true });
    },
  };
}

const kinds: [string, string, Make][] = [
  ['crun', '/usr/bin/crun', crunRuntime],
  ['runc', '/usr/sbin/runc', runcRuntime],
  ['custom', '/usr/sbin/runc', customRuntime],
];

for (const [name, path, make] of kinds) {
  if (existsSync(path)) runtimeSuite(name, () => lay(name, path, make));
  else test(name, { skip: `${path} is not there` }, () => {});
}

test('crun: from the second start on, the seccomp filter is not compiled again', async () => {
  const ground = await lay('crun', '/usr/bin/crun', crunRuntime);
  try {
    const asked = spec('/x', []);
    assert.equal(ground.runtime.prepare(asked), asked);
    await ground.begin('first');
    assert.equal(ground.runtime.prepare(asked).linux.seccomp, undefined);
    const second = await ground.begin('second');
    const status = await readFile(`/proc/${second.process?.pid}/status`, 'utf8');
    assert.match(status, /^Seccomp:\t2$/m);
  } finally {
    await ground.clear();
  }
});

/** What was killed in the middle of a start leaves its own program mounted on a file. */
async function strayMount(folder: string): Promise<string> {
  const file = join(folder, 'crun.abcdef');
  await mkdir(folder, { recursive: true });
  await writeFile(file, '');
  mounts.bind('/usr/bin/env', file, { readonly: true });
  return file;
}

const mounted = (path: string): boolean =>
  mounts.list().some(({ mountPoint }) => mountPoint.startsWith(path));

test('what a trial or a runtime that was killed left, mounts and all, goes at the next start', async () => {
  const ground = await lay('crun', '/usr/bin/crun', crunRuntime);
  const scratch = join(ground.root, 'state-scratch');
  try {
    assert.deepEqual(await readdir(scratch), [], 'the trial leaves nothing behind');
    const file = await strayMount(scratch);
    await mkdir(join(scratch, 'probe-123456/rootfs'), { recursive: true });
    assert.ok(mounted(file));
    assert.equal((await ground.runtime.probe()).usable, true);
    assert.deepEqual(await readdir(scratch), []);
    assert.ok(!mounted(ground.root));
  } finally {
    await removeMounted(scratch, mounts);
    await ground.clear();
  }
});

test('a container goes with what its runtime, killed, left mounted among its state', async () => {
  const ground = await lay('runc', '/usr/sbin/runc', runcRuntime);
  const state = join(ground.root, 'state/suite-stray');
  try {
    await strayMount(state);
    await ground.runtime.delete({ id: 'suite-stray', cgroup: '/minke-suite/stray', process: null });
    assert.ok(!existsSync(state));
    assert.ok(!mounted(ground.root));
  } finally {
    await removeMounted(state, mounts);
    await ground.clear();
  }
});

test('crun, run from its own file, binds that in its scratch folder and not in /tmp', async () => {
  const ground = await lay('crun', '/usr/bin/crun', crunRuntime);
  const scratch = join(ground.root, 'state-scratch');
  const seen = new Set<string | null>();
  const watcher = watch(scratch, (_, name) => seen.add(name));
  try {
    await ground.begin('suite-scratch');
    await until('the file that crun is bound to', async () =>
      [...seen].some((name) => name?.startsWith('crun.')),
    );
    assert.deepEqual(await readdir(scratch), []);
  } finally {
    watcher.close();
    await ground.clear();
  }
});

test('a program that is not there is not usable', async () => {
  const ground = await lay('nothing', '/usr/bin/no-such-runtime', crunRuntime);
  try {
    const found = await ground.runtime.probe();
    assert.equal(found.usable, false);
    assert.match(found.reason ?? '', /ENOENT/);
  } finally {
    await ground.clear();
  }
});
