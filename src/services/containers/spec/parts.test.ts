import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { isKind } from '../../../errors/minke-error.ts';
import type { DeviceNode, Devices } from '../../../host/devices/contract.ts';
import { HostConfigSchema } from '../../../wire/containers/host-config.ts';
import { checkAnnotations } from './annotations.ts';
import { boundingSet, defaultCapabilities } from './capabilities.ts';
import { containerDevices, parseDeviceRule } from './devices.ts';
import { overlayEnvironment, withHome } from './environment.ts';
import { containerMounts, type MountParts, type PreparedMount } from './mounts.ts';
import { linuxResources } from './resources.ts';
import { checkUlimits, mergeUlimits } from './rlimits.ts';
import { checkSysctls, sysctlRefusal } from './sysctls.ts';
import { tmpfsOptions, tmpfsText } from './tmpfs.ts';
import { parseUser, resolveUser } from './users.ts';

const refused = (run: () => unknown, pattern: RegExp) =>
  assert.throws(run, (error) => isKind(error, 'invalid') && pattern.test(error.message));

test('capabilities', () => {
  const held = [...defaultCapabilities, 'CAP_SYS_ADMIN', 'CAP_NET_ADMIN'];
  const of = (add: string[] | null, drop: string[] | null = null, privileged = false) =>
    boundingSet({ add, drop, privileged }, held);
  assert.deepEqual(of(null), [...defaultCapabilities]);
  assert.deepEqual(of(['net_admin'], ['CHOWN', 'cap_kill']), [
    ...defaultCapabilities.filter((name) => name !== 'CAP_CHOWN' && name !== 'CAP_KILL'),
    'CAP_NET_ADMIN',
  ]);
  assert.deepEqual(of(null, ['ALL']), []);
  assert.deepEqual(of(['CHOWN'], ['all']), ['CAP_CHOWN']);
  assert.deepEqual(
    of(['ALL'], ['SYS_ADMIN']),
    held.filter((name) => name !== 'CAP_SYS_ADMIN'),
  );
  assert.deepEqual(of(null, null, true), held);
  refused(() => of(['NOPE']), /^invalid CapAdd: unknown capability: "CAP_NOPE"$/);
  refused(() => of(null, ['x']), /^invalid CapDrop: unknown capability: "CAP_X"$/);
  refused(() => of(['SYS_RESOURCE']), /CAP_SYS_RESOURCE .*does not hold/);
});

test('environment', () => {
  assert.deepEqual(overlayEnvironment(['A=1', 'B=2', 'C=3'], ['B=x=y', 'A', 'D=']), ['B=x=y', 'C=3', 'D=']);
});

test('a process has a home, its own before that of its user', () => {
  assert.deepEqual(withHome(['A=1'], '/h'), ['A=1', 'HOME=/h']);
  assert.deepEqual(withHome(['HOME=', 'A=1'], '/h'), ['A=1', 'HOME=/h']);
  assert.deepEqual(withHome(['HOME=/x', 'A=1'], '/h'), ['HOME=/x', 'A=1']);
});

test('ulimits', () => {
  refused(() => checkUlimits([{ Name: 'nope', Soft: 1, Hard: 1 }]), /invalid ulimit type/);
  refused(() => checkUlimits([{ Name: 'nofile', Soft: 2, Hard: 1 }]), /2 > 1/);
  checkUlimits([{ Name: 'core', Soft: -1, Hard: -1 }]);
  assert.deepEqual(mergeUlimits([{ Name: 'a', Soft: 1, Hard: 1 }], [{ Name: 'a', Soft: 2, Hard: 2 }]), [
    { Name: 'a', Soft: 1, Hard: 1 },
  ]);
});

test('sysctls: no tricks', () => {
  checkSysctls({
    'net.core.somaxconn': '1024',
    'net.ipv4.ping_group_range': '0 1',
    'kernel.core_pattern': 'x',
  });
  refused(() => checkSysctls({ 'net.ipv4.ip_forward': '1+kernel.core_pattern=x' }), /net\.ipv4\.ip_forward/);
  refused(() => checkSysctls({ 'net/ipv4/../../kernel/core_pattern': 'x' }), /no namespaced setting/);
  refused(() => checkSysctls({ 'net.ipv4.ip_forward': '1\nkernel.x=1' }), /no namespaced setting/);
});

test('sysctls that would change the host', () => {
  const own = { network: false, ipc: false, uts: false };
  const refusal = (name: string, shared = {}) => sysctlRefusal({ [name]: '1' }, { ...own, ...shared });
  const fine = ['net.core.somaxconn', 'kernel.shmmax', 'fs.mqueue.msg_max', 'kernel.domainname'];
  assert.deepEqual(
    fine.map((name) => refusal(name)),
    fine.map(() => null),
  );
  const separate = (name: string) => `sysctl "${name}" is not in a separate kernel namespace`;
  assert.equal(refusal('kernel.core_pattern'), separate('kernel.core_pattern'));
  assert.equal(refusal('user.max_user_namespaces'), separate('user.max_user_namespaces'));
  assert.equal(refusal('kernel.domainname', { uts: true }), separate('kernel.domainname'));
  assert.match(refusal('kernel.hostname') ?? '', /conflicts with the OCI "hostname" field/);
  const network = { network: true };
  assert.match(refusal('net.core.somaxconn', network) ?? '', /not allowed in host network namespace/);
  assert.match(refusal('kernel.sem', { ipc: true }) ?? '', /not allowed in the hosts ipc namespace/);
  assert.match(refusal('fs.mqueue.msg_max', { ipc: true }) ?? '', /hosts ipc namespace/);
  assert.equal(refusal('kernel.sem', network), null);
});

test('annotations that give orders', () => {
  checkAnnotations({ 'com.example.x': 'y' });
  for (const key of ['run.oci.hooks.stdout', 'org.systemd.property.SuccessAction', 'cdi.k8s.io/x', '']) {
    refused(() => checkAnnotations({ [key]: 'x' }), /invalid Annotations/);
  }
});

const nodes: DeviceNode[] = [
  { path: '/dev/null', type: 'c', major: 1, minor: 3, mode: 0o666, uid: 0, gid: 0 },
  { path: '/dev/snd/a', type: 'c', major: 116, minor: 1, mode: 0o660, uid: 0, gid: 29 },
];
const devices: Devices = {
  at: (path) => {
    const found = nodes.filter((node) => node.path === path || node.path.startsWith(`${path}/`));
    return found.length === 0 && path !== '/etc' ? undefined : found;
  },
  all: () => nodes,
};

test('devices', () => {
  const mapping = { PathOnHost: '/dev/snd', PathInContainer: '/dev/x', CgroupPermissions: 'rw' };
  const given = containerDevices({ privileged: false, mappings: [mapping], rules: ['c 42:* m'] }, devices);
  assert.deepEqual(given.rules[0], { allow: false, access: 'rwm' });
  assert.deepEqual(given.rules.slice(-2), [
    { allow: true, type: 'c', major: 116, minor: 1, access: 'rw' },
    { allow: true, type: 'c', major: 42, access: 'm' },
  ]);
  assert.deepEqual(given.devices, [
    { path: '/dev/x/a', type: 'c', major: 116, minor: 1, fileMode: 0o660, uid: 0, gid: 29 },
  ]);
  assert.ok(given.rules.some(({ allow, major, minor }) => !allow && major === 10 && minor === 229));
  const all = containerDevices({ privileged: true, mappings: null, rules: null }, devices);
  assert.deepEqual(all.rules, [{ allow: true, access: 'rwm' }]);
  assert.equal(all.devices.length, 2);
  const missing = { ...mapping, PathOnHost: '/dev/none' };
  assert.throws(
    () => containerDevices({ privileged: false, mappings: [missing], rules: null }, devices),
    /"\/dev\/none"/,
  );
  for (const rule of ['c 1', 'c 1:3 rwmx', 'c 1:3\nb *:* rwm', 'x 1:3 r', 'c 1:3 r ']) {
    refused(() => parseDeviceRule(rule), /invalid device cgroup rule format/);
  }
});

test('resources', () => {
  const of = (limits: Record<string, unknown>) => linuxResources(v.parse(HostConfigSchema, limits), devices);
  assert.deepEqual(of({}), {});
  for (const none of [0, -1]) assert.deepEqual(of({ PidsLimit: none }), {});
  assert.deepEqual(of({ Memory: 100, MemorySwap: -1, NanoCpus: 1_500_000_000, PidsLimit: 9 }), {
    memory: { limit: 100, swap: -1 },
    cpu: { period: 100_000, quota: 150_000 },
    pids: { limit: 9 },
  });
  assert.deepEqual(of({ BlkioDeviceReadBps: [{ Path: '/dev/null', Rate: 7 }], BlkioWeight: 300 }), {
    blockIO: { weight: 300, throttleReadBpsDevice: [{ major: 1, minor: 3, rate: 7 }] },
  });
  assert.throws(() => of({ BlkioDeviceReadBps: [{ Path: '/x', Rate: 7 }] }), /stat \/x: no such file/);
  assert.deepEqual(of({ OomKillDisable: false, MemorySwappiness: 0 }), { memory: { swappiness: 0 } });
});

const files = {
  passwd:
    'root:x:0:0:root:/root:/bin/sh\nu:x:1000:1000::/h:/bin/sh\n4294967296:x:0:0::/:/x\n1000:x:0:0::/:/x\nbad:x:y:0\n',
  group: 'root:x:0:\nu:x:1000:\ng:x:2000:other,u\n',
};

test('users and groups', () => {
  const of = (spec: string, add: string[] | null = null) => resolveUser(spec, add, files);
  assert.deepEqual(of(''), { uid: 0, gid: 0, home: '/root', additionalGids: [0] });
  assert.deepEqual(of('u'), { uid: 1000, gid: 1000, home: '/h', additionalGids: [1000, 2000] });
  assert.deepEqual(of('1000'), { uid: 1000, gid: 1000, home: '/h', additionalGids: [1000, 2000] });
  assert.deepEqual(of('1000:1000', ['2000', 'g']), {
    uid: 1000,
    gid: 1000,
    home: '/h',
    additionalGids: [1000, 2000],
  });
  assert.deepEqual(of('7'), { uid: 7, gid: 0, home: '/', additionalGids: [0] });
  assert.deepEqual(of('u:g'), { uid: 1000, gid: 2000, home: '/h', additionalGids: [2000] });
  const odd = { ...files, passwd: 'a:x:5:5::/a\0b:\nb:x:5:5::/b:\nc:x:6:6:::\n' };
  for (const user of ['a', 'b', 'c']) assert.equal(resolveUser(user, null, odd).home, '/');
  assert.throws(
    () => of('nope'),
    /^MinkeError: unable to find user nope: no matching entries in passwd file$/,
  );
  assert.throws(() => of('0x0'), /unable to find user 0x0/);
  assert.throws(() => of('u:none'), /unable to find group none: no matching entries in group file/);
  for (const spec of ['4294967296', '-1', '1:4294967296', '2147483648'])
    refused(() => parseUser(spec), /in range/);
});

test('tmpfs options', () => {
  assert.deepEqual(tmpfsOptions(''), ['noexec', 'nosuid', 'nodev', 'rprivate']);
  assert.deepEqual(tmpfsOptions('exec,size=64m,mode=1777'), [
    'nosuid',
    'nodev',
    'rprivate',
    'exec',
    'size=64m',
    'mode=1777',
  ]);
  refused(() => tmpfsOptions('nope'), /"nope"/);
  refused(() => tmpfsOptions('upperdir=/x'), /"upperdir=\/x"/);
  assert.equal(
    tmpfsText({ SizeBytes: 2 << 20, Mode: 0o700, Options: [['exec']] }, true),
    'ro,mode=700,size=2m,exec',
  );
  refused(() => tmpfsText({ SizeBytes: 0, Mode: 0, Options: [['suid']] }, false), /invalid option/);
});

const bind = (destination: string, more: Partial<PreparedMount & { kind: 'bind' }> = {}): PreparedMount => ({
  kind: 'bind',
  source: '/s',
  destination,
  writable: true,
  propagation: 'rprivate',
  nonRecursive: false,
  recursiveReadOnly: 'possible',
  ...more,
});

const mountParts = (change: Partial<MountParts>): MountParts => ({
  mounts: [],
  etcFiles: { '/etc/resolv.conf': '/r', '/etc/hosts': '/h' },
  initBinary: null,
  shm: { kind: 'own', size: 1 },
  readonlyRootfs: false,
  privileged: false,
  writableCgroups: false,
  canRecurseReadOnly: true,
  mountOf: () => ({ point: '/', propagation: 'private' }),
  guardsOf: () => [],
  holdsEngineFiles: (source) => source === '/engine',
  ...change,
});

test('mounts: order, what the user’s own replace', () => {
  const { mounts } = containerMounts(
    mountParts({ mounts: [bind('/a/b/c'), bind('/a'), bind('/etc/hosts'), bind('/dev/shm')] }),
  );
  const paths = mounts.map(({ destination }) => destination);
  assert.ok(paths.indexOf('/a') < paths.indexOf('/a/b/c'));
  assert.equal(paths.filter((path) => path === '/etc/hosts').length, 1);
  assert.equal(paths.filter((path) => path === '/dev/shm').length, 1);
  const dev = containerMounts(mountParts({ mounts: [bind('/dev')] })).mounts;
  assert.deepEqual(
    dev.filter(({ destination }) => destination.startsWith('/dev')).map(({ type }) => type),
    ['bind'],
  );
});

test('mounts: options of binds', () => {
  const options = (more: Partial<PreparedMount & { kind: 'bind' }>, canRecurseReadOnly = true) =>
    containerMounts(mountParts({ mounts: [bind('/x', more)], canRecurseReadOnly })).mounts.find(
      ({ destination }) => destination === '/x',
    )?.options;
  assert.deepEqual(options({}), ['rbind', 'rprivate']);
  assert.deepEqual(options({ writable: false }), ['rbind', 'rro', 'rprivate']);
  assert.deepEqual(options({ writable: false }, false), ['rbind', 'ro', 'rprivate']);
  assert.deepEqual(options({ writable: false, recursiveReadOnly: 'no', nonRecursive: true }), [
    'bind',
    'ro',
    'rprivate',
  ]);
  assert.throws(
    () => options({ writable: false, recursiveReadOnly: 'demanded' }, false),
    /recursively read-only/,
  );
});

test('mounts: what the mount of a source forbids stays forbidden', () => {
  const guards = ['ro', 'nosuid', 'nodev', 'noexec'] as const;
  const options = (parts: Partial<MountParts>, path: string) =>
    containerMounts(mountParts({ guardsOf: () => guards, ...parts })).mounts.find(
      ({ destination }) => destination === path,
    )?.options;
  assert.deepEqual(options({ mounts: [bind('/x')] }, '/x'), ['rbind', ...guards, 'rprivate']);
  assert.deepEqual(options({ mounts: [bind('/x', { writable: false })] }, '/x'), [
    ...['rbind', 'rro', 'nosuid', 'nodev', 'noexec', 'rprivate'],
  ]);
  const shared = options({ shm: { kind: 'shared', source: '/s' } }, '/dev/shm');
  assert.deepEqual(shared, ['rbind', ...guards, 'rprivate']);
});

test('mounts: propagation needs a source that spreads', () => {
  const made = (propagation: string, source: 'shared' | 'slave' | 'private') =>
    containerMounts(
      mountParts({
        mounts: [bind('/x', { propagation })],
        mountOf: () => ({ point: '/srv', propagation: source }),
      }),
    );
  assert.equal(made('rshared', 'shared').rootfsPropagation, 'shared');
  assert.equal(made('rslave', 'slave').rootfsPropagation, 'rslave');
  assert.throws(() => made('shared', 'slave'), /path \/s is mounted on \/srv but it is not a shared mount/);
  assert.throws(() => made('slave', 'private'), /not a shared or slave mount/);
  const own = containerMounts(
    mountParts({ mounts: [bind('/x', { propagation: 'rslave', source: '/engine' })] }),
  );
  assert.equal(own.rootfsPropagation, undefined);
});

test('mounts: shared memory', () => {
  const shm = (value: MountParts['shm']) =>
    containerMounts(mountParts({ shm: value })).mounts.find(({ destination }) => destination === '/dev/shm');
  assert.equal(shm({ kind: 'none' }), undefined);
  assert.deepEqual(shm({ kind: 'shared', source: '/dev/shm' })?.options, ['rbind', 'rprivate']);
});
