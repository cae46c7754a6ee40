import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { HostConfigSchema } from '../../../wire/containers/host-config.ts';
import { encodeSpec } from '../../../wire/oci-runtime.ts';
import { maskedPaths, readonlyPaths } from './paths.ts';
import { containerSpec, type SpecParts } from './spec.ts';

const host = { limits: new Map([['nofile', { soft: 1024, hard: 20_000 }]]), mayRaise: false, cpus: 2 };

const parts = (change: Partial<SpecParts> = {}, hostConfig: Record<string, unknown> = {}): SpecParts => ({
  rootfs: '/data/root',
  config: { Tty: false, Env: ['A=1'], WorkingDir: '' },
  hostConfig: v.parse(HostConfigSchema, {
    MaskedPaths: maskedPaths,
    ReadonlyPaths: readonlyPaths,
    ...hostConfig,
  }),
  args: ['sleep', '1000'],
  hostname: 'abc',
  domainname: '',
  user: { uid: 0, gid: 0, home: '/root', additionalGids: [0] },
  namespaces: {
    network: { kind: 'join', path: '/run/netns/x' },
    ipc: { kind: 'own' },
    pid: { kind: 'own' },
    uts: { kind: 'own' },
    cgroup: { kind: 'host' },
  },
  cgroupsPath: '/docker/abc',
  resources: {},
  devices: { devices: [], rules: [{ allow: false, access: 'rwm' }] },
  mounts: {
    mounts: [],
    etcFiles: { '/etc/hosts': '/data/hosts' },
    initBinary: null,
    shm: { kind: 'own', size: 67_108_864 },
    writableCgroups: false,
    canRecurseReadOnly: true,
    mountOf: () => ({ point: '/', propagation: 'private' }),
    guardsOf: () => [],
    holdsEngineFiles: () => false,
  },
  boundingSet: ['CAP_CHOWN'],
  ulimits: [],
  seccomp: { defaultAction: 'SCMP_ACT_ERRNO' },
  noNewPrivileges: false,
  apparmorProfile: null,
  defaultSysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' },
  host,
  ...change,
});

test('a plain container', () => {
  const spec = containerSpec(parts());
  assert.deepEqual(spec.root, { path: '/data/root' });
  assert.equal(spec.hostname, 'abc');
  assert.deepEqual(spec.process, {
    user: { uid: 0, gid: 0, additionalGids: [0] },
    args: ['sleep', '1000'],
    env: [
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'HOSTNAME=abc',
      'A=1',
      'HOME=/root',
    ],
    cwd: '/',
    capabilities: {
      bounding: ['CAP_CHOWN'],
      effective: ['CAP_CHOWN'],
      permitted: ['CAP_CHOWN'],
      inheritable: [],
      ambient: [],
    },
    oomScoreAdj: 0,
  });
  assert.deepEqual(spec.linux.namespaces, [
    { type: 'mount' },
    { type: 'network', path: '/run/netns/x' },
    { type: 'uts' },
    { type: 'pid' },
    { type: 'ipc' },
  ]);
  assert.equal(spec.linux.cgroupsPath, '/docker/abc');
  assert.deepEqual(spec.linux.resources, { devices: [{ allow: false, access: 'rwm' }] });
  assert.deepEqual(spec.linux.sysctl, { 'net.ipv4.ip_unprivileged_port_start': '0' });
  assert.deepEqual(spec.linux.readonlyPaths, [...readonlyPaths]);
  assert.equal(spec.annotations, undefined);
});

test('what holds in every container: /proc, /sys and cgroups guarded, counters hidden', () => {
  const { mounts, linux } = containerSpec(parts());
  const options = (path: string) => mounts.find(({ destination }) => destination === path)?.options;
  assert.deepEqual(options('/proc'), ['nosuid', 'noexec', 'nodev']);
  assert.ok(options('/sys')?.includes('ro'));
  assert.ok(options('/sys/fs/cgroup')?.includes('ro'));
  assert.deepEqual(options('/dev/shm'), ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=67108864']);
  for (const path of maskedPaths) assert.ok(linux.maskedPaths?.includes(path), path);
  assert.ok(linux.maskedPaths?.includes('/sys/devices/system/cpu/cpu1/thermal_throttle'));
});

test('another user than root starts without capabilities', () => {
  const { process } = containerSpec(parts({ user: { uid: 1, gid: 2, home: '/', additionalGids: [2, 3] } }));
  assert.deepEqual(process.capabilities?.effective, []);
  assert.deepEqual(process.capabilities?.permitted, []);
  assert.deepEqual(process.capabilities?.bounding, ['CAP_CHOWN']);
});

test('a privileged container', () => {
  const base = parts({ seccomp: null }, { Privileged: true });
  const spec = containerSpec({ ...base, mounts: { ...base.mounts, writableCgroups: true } });
  const options = (path: string) => spec.mounts.find(({ destination }) => destination === path)?.options;
  assert.ok(!options('/sys')?.includes('ro'));
  assert.ok(!options('/sys/fs/cgroup')?.includes('ro'));
  assert.equal(spec.linux.maskedPaths, undefined);
  assert.equal(spec.linux.readonlyPaths, undefined);
  assert.equal(spec.linux.seccomp, undefined);
});

test('a terminal', () => {
  const base = parts({}, { ConsoleSize: [24, 80] });
  const { process } = containerSpec({ ...base, config: { Tty: true, Env: null, WorkingDir: '/w' } });
  assert.equal(process.terminal, true);
  assert.deepEqual(process.consoleSize, { height: 24, width: 80 });
  assert.equal(process.cwd, '/w');
  assert.ok(process.env.includes('TERM=xterm'));
});

test('an init, namespaces of the host, a read-only root', () => {
  const base = parts({}, { ReadonlyRootfs: true });
  const spec = containerSpec({
    ...base,
    mounts: { ...base.mounts, initBinary: '/usr/lib/minke/minke-init' },
    namespaces: {
      network: { kind: 'host' },
      ipc: { kind: 'host' },
      pid: { kind: 'host' },
      uts: { kind: 'host' },
      cgroup: { kind: 'own' },
    },
    defaultSysctls: {},
  });
  assert.deepEqual(spec.process.args, ['/sbin/docker-init', '--', 'sleep', '1000']);
  assert.deepEqual(spec.mounts.at(-1), {
    destination: '/sbin/docker-init',
    type: 'bind',
    source: '/usr/lib/minke/minke-init',
    options: ['bind', 'ro'],
  });
  assert.deepEqual(spec.linux.namespaces, [{ type: 'mount' }, { type: 'cgroup' }]);
  assert.equal(spec.hostname, undefined);
  assert.equal(spec.root.readonly, true);
  assert.deepEqual(spec.mounts.find(({ destination }) => destination === '/etc/hosts')?.options, [
    'rbind',
    'ro',
    'rprivate',
  ]);
  assert.equal(spec.linux.sysctl, undefined);
});

test('limits that can’t be raised are cut, endless ones are written as the kernel’s', () => {
  const ulimits = [
    { Name: 'nofile', Soft: 30_000, Hard: 30_000 },
    { Name: 'core', Soft: -1, Hard: -1 },
  ];
  const spec = containerSpec(parts({ ulimits }));
  assert.deepEqual(spec.process.rlimits?.[0], { type: 'RLIMIT_NOFILE', hard: 20_000, soft: 20_000 });
  assert.match(
    encodeSpec(spec),
    /\{"type":"RLIMIT_CORE","hard":18446744073709551615,"soft":18446744073709551615\}/,
  );
  const raised = containerSpec(parts({ ulimits, host: { ...host, mayRaise: true } }));
  assert.equal(raised.process.rlimits?.[0]?.hard, 30_000);
  const tricky = containerSpec(
    parts({ ulimits, config: { Tty: false, Env: ['X="hard":18446744073709552000}'], WorkingDir: '' } }),
  );
  assert.match(encodeSpec(tricky), /\\"hard\\":18446744073709552000\}/);
});

test('settings, domain name, annotations of the user', () => {
  const spec = containerSpec(
    parts(
      { domainname: 'example.test' },
      { Sysctls: { 'net.core.somaxconn': '5' }, Annotations: { a: 'b' } },
    ),
  );
  assert.deepEqual(spec.linux.sysctl, {
    'net.ipv4.ip_unprivileged_port_start': '0',
    'net.core.somaxconn': '5',
    'kernel.domainname': 'example.test',
  });
  assert.deepEqual(spec.annotations, { a: 'b' });
});
