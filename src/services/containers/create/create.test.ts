import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configOf, hostConfigOf } from '../../../../test/harness/containers/context.ts';
import { layService } from '../../../../test/harness/containers/service.ts';
import { isKind } from '../../../errors/minke-error.ts';
import { fullSupport, MemoryCgroups } from '../../../host/cgroup/memory/memory-cgroups.ts';
import { checkResources } from './check-resources.ts';
import { parseCpuset } from './cpuset.ts';
import { parseExtraHost } from './extra-hosts.ts';
import { mergeImage } from './merge-image.ts';
import { parseBind, parseVolumesFrom } from './mount-points.ts';
import { portRequests } from './ports.ts';
import { parseSecurityOptions } from './security.ts';
import { parseSignal } from './signals.ts';

/** Request bodies and what they are refused for. */
const refused: [Record<string, unknown>, RegExp][] = [
  [
    { WorkingDir: 'relative' },
    /the working directory 'relative' is invalid, it needs to be an absolute path/,
  ],
  [{ WorkingDir: '/proc/self/fd/9' }, /must not be below \/proc/],
  [{ StopSignal: 'NOPE' }, /invalid signal: NOPE/],
  [{ Env: ['=x'] }, /invalid environment variable: =x/],
  [{ Env: ['HOME=/x\nroot'] }, /control characters/],
  [{ Hostname: 'a'.repeat(65) }, /is too long \(maximum 64 bytes\)/],
  [{ Hostname: 'a\nx' }, /invalid hostname: it must not hold control characters/],
  [{ User: '4294967296' }, /uids and gids must be in range/],
  [{ Healthcheck: { Interval: 5 } }, /Interval in Healthcheck cannot be less than 1ms/],
  [{ Volumes: { '/proc': {} } }, /inside \/proc/],
  [{ Volumes: { '/sys/fs/cgroup': {} } }, /over the cgroups/],
  [{ HostConfig: { Binds: ['/a:/proc'] } }, /inside \/proc/],
  [{ HostConfig: { Binds: ['/a:/x/../proc/sys'] } }, /inside \/proc/],
  [{ HostConfig: { Binds: ['/a:/'] } }, /destination can't be '\/'/],
  [{ HostConfig: { Binds: ['/a:/b', '/c:/b'] } }, /Duplicate mount point: \/b/],
  [{ HostConfig: { Binds: ['/a:/b:nope'] } }, /invalid mode: nope/],
  [{ HostConfig: { Tmpfs: { '/proc/self': '' } } }, /inside \/proc/],
  [{ HostConfig: { Tmpfs: { '/t': 'upperdir=/x' } } }, /invalid tmpfs option/],
  [
    { HostConfig: { Mounts: [{ Type: 'bind', Source: '/a' }] } },
    /invalid mount config for type "bind": field Target must not be empty/,
  ],
  [{ HostConfig: { Mounts: [{ Type: 'nope', Target: '/a' }] } }, /mount type unknown/],
  [
    {
      HostConfig: {
        Mounts: [{ Type: 'volume', Source: 'v', Target: '/a', VolumeOptions: { Subpath: '../x' } }],
      },
    },
    /subpath must be a relative path/,
  ],
  [
    { HostConfig: { Mounts: [{ Type: 'tmpfs', Target: '/a', BindOptions: {} }] } },
    /field BindOptions must not be specified/,
  ],
  [
    { HostConfig: { AutoRemove: true, RestartPolicy: { Name: 'always' } } },
    /can't create 'AutoRemove' container with restart policy/,
  ],
  [{ HostConfig: { RestartPolicy: { Name: 'nope' } } }, /invalid restart policy: unknown policy 'nope'/],
  [{ HostConfig: { ExtraHosts: ['h\n1.1.1.1 bank:2.2.2.2'] } }, /control characters/],
  [{ HostConfig: { ExtraHosts: ['a:nope'] } }, /invalid IP address in add-host: "nope"/],
  [{ HostConfig: { DnsOptions: ['a\nnameserver 9'] } }, /control characters/],
  [{ HostConfig: { Memory: 1 } }, /Minimum memory limit allowed is 6MB/],
  [{ HostConfig: { NanoCpus: 99e9 } }, /range of CPUs is from 0\.01 to 2\.00/],
  [{ HostConfig: { CpusetCpus: '0-2147483647' } }, /Invalid value 0-2147483647 for cpuset cpus/],
  [{ HostConfig: { CpusetCpus: '1-0' } }, /Invalid value 1-0 for cpuset cpus: invalid format: 1-0/],
  [{ HostConfig: { CpusetCpus: '77' } }, /Requested CPUs are not available - requested 77, available: 0-3/],
  [{ HostConfig: { Annotations: { 'run.oci.hooks.stdout': '/x' } } }, /invalid Annotations/],
  [{ HostConfig: { CapAdd: ['NOPE'] } }, /invalid CapAdd: unknown capability: "CAP_NOPE"/],
  [
    { HostConfig: { DeviceRequests: [{ Count: -1, Capabilities: [['gpu']] }] } },
    /could not select device driver "" with capabilities: \[\[gpu\]\]/,
  ],
  [{ HostConfig: { DeviceCgroupRules: ['c 1'] } }, /invalid device cgroup rule format/],
  [{ HostConfig: { IpcMode: 'nope' } }, /invalid IPC mode: nope/],
  [{ HostConfig: { PidMode: 'private' } }, /invalid PID mode/],
  [{ HostConfig: { NetworkMode: 'container:' } }, /invalid container format container:<name\|id>/],
  [{ HostConfig: { Runtime: 'nope' } }, /unknown or invalid runtime name: nope/],
  [{ HostConfig: { SecurityOpt: ['nope=1'] } }, /invalid --security-opt 2: "nope=1"/],
  [{ HostConfig: { SecurityOpt: ['seccomp={'] } }, /Decoding seccomp profile failed/],
  [{ HostConfig: { LogConfig: { Type: 'nope' } } }, /error looking up logging plugin nope/],
  [{ HostConfig: { LogConfig: { Type: 'syslog' } } }, /not available/],
  [
    { HostConfig: { LogConfig: { Type: 'json-file', Config: { nope: '1' } } } },
    /unknown log opt 'nope' for json-file log driver/,
  ],
  [{ HostConfig: { PortBindings: { '80/tcp': [{ HostPort: 'x' }] } } }, /invalid port specification: "x"/],
  [{ HostConfig: { CgroupParent: '../x' } }, /cgroup parent/],
  [{ HostConfig: { StorageOpt: { nope: '1' } } }, /Unknown option nope/],
  [{ HostConfig: { VolumesFrom: ['nobody'] } }, /No such container: nobody/],
  [{ HostConfig: { Links: [''] } }, /empty string specified for links/],
  [{ HostConfig: { Links: ['a:b:c'] } }, /bad format for links: a:b:c/],
  [
    { HostConfig: { Binds: ['/tmp:/a:nocopy'] } },
    /'\/tmp:\/a:nocopy': invalid mount config for type "bind": field VolumeOptions must not be specified/,
  ],
  [
    { HostConfig: { Binds: ['vol:/a:rshared'] } },
    /'vol:\/a:rshared': invalid mount config for type "volume": field BindOptions must not be specified/,
  ],
  [
    { HostConfig: { CpuRealtimeRuntime: 2, CpuRealtimePeriod: 1 } },
    /cpu real-time runtime cannot be higher than cpu real-time period/,
  ],
  [{ HostConfig: { IOMaximumBandwidth: 1 } }, /QoS maximum bandwidth configuration is not supported/],
  [{ HostConfig: { IOMaximumIOps: 1 } }, /QoS maximum IOPs configuration is not supported/],
  [{ HostConfig: { Links: ['nobody:x'] } }, /could not get container for nobody/],
  [
    { HostConfig: { NetworkMode: 'container:x', PublishAllPorts: true } },
    /port publishing and the container type network mode/,
  ],
  [{ HostConfig: { KernelMemory: 5 } }, /kernel memory/],
];

test('requests that are refused, with Docker’s words where it has some', async () => {
  const ground = await layService();
  for (const [body, pattern] of refused) {
    await assert.rejects(
      ground.create(body),
      (error) => isKind(error, 'invalid') && pattern.test(error.message),
      `${JSON.stringify(body)} for ${pattern}`,
    );
  }
  assert.equal(ground.records.size, 0);
  assert.deepEqual((await ground.volumes.list(new Map())).volumes, []);
  await assert.rejects(ground.create({ Image: 'nope' }), (error) => isKind(error, 'not-found'));
});

test('labels of an image reach no annotation; defaults are filled in', async () => {
  const ground = await layService();
  const id = await ground.run({ Labels: { 'run.oci.hooks.stdout': '/x' } });
  assert.equal(ground.folders.specs.get(id)?.annotations, undefined);
  const { HostConfig } = await ground.service.inspect(id, { size: false });
  assert.equal(HostConfig?.NetworkMode, 'bridge');
  assert.equal(HostConfig?.ShmSize, 67_108_864);
  assert.deepEqual(HostConfig?.RestartPolicy, { Name: 'no', MaximumRetryCount: 0 });
  assert.equal(HostConfig?.Runtime, 'memory');
});

test('what the host can’t do is left out with a warning', () => {
  const none = { ...fullSupport, memory: false, swap: false, pids: false, cpuset: false, blkioWeight: false };
  const { support } = new MemoryCgroups(none);
  const asked = hostConfigOf({ Memory: 10 * 2 ** 20, PidsLimit: 5, CpusetCpus: '0', BlkioWeight: 300 });
  const { resources, warnings } = checkResources(asked, { support, cpus: 2 }, false);
  assert.deepEqual(
    [resources.Memory, resources.PidsLimit, resources.CpusetCpus, resources.BlkioWeight],
    [0, null, '', 0],
  );
  assert.equal(warnings.length, 4);
  assert.equal(
    warnings[0],
    'Your kernel does not support memory limit capabilities or the cgroup is not mounted. Limitation discarded.',
  );
});

test('a config completed by its image’s', () => {
  const image = { Cmd: ['c'], Entrypoint: ['e'], Env: ['A=1', 'B=2'], User: 'u', Volumes: { '/v': {} } };
  const merged = mergeImage(configOf({ Env: ['B=3'] }), image);
  assert.deepEqual(
    [merged.Entrypoint, merged.Cmd, merged.Env, merged.User],
    [['e'], ['c'], ['B=3', 'A=1'], 'u'],
  );
  assert.deepEqual(mergeImage(configOf({ Cmd: ['x'] }), image).Entrypoint, ['e']);
  const own = mergeImage(configOf({ Entrypoint: ['x'] }), image);
  assert.deepEqual([own.Entrypoint, own.Cmd], [['x'], null]);
  const reset = mergeImage(configOf({ Entrypoint: [''], Cmd: ['y'] }), image);
  assert.deepEqual([reset.Entrypoint, reset.Cmd], [null, ['y']]);
  assert.throws(() => mergeImage(configOf(), {}), /no command specified/);
});

test('small languages', () => {
  assert.deepEqual(
    [parseSignal('9'), parseSignal('sigterm'), parseSignal('RTMIN+2'), parseSignal('RTMAX-1')],
    [9, 15, 36, 63],
  );
  for (const bad of ['0', '65', 'NOPE', 'RTMIN+99', ''])
    assert.throws(() => parseSignal(bad), /invalid signal/);
  assert.deepEqual([...(parseCpuset('0-2,5') ?? [])], [0, 1, 2, 5]);
  for (const bad of ['1-0', '0-1,999999999999', 'a', '0-99999']) assert.equal(parseCpuset(bad), undefined);
  assert.deepEqual(parseExtraHost('h=[::1]'), { name: 'h', address: '::1' });
  assert.deepEqual(parseExtraHost('h:host-gateway'), { name: 'h', address: 'host-gateway' });
  assert.deepEqual(
    portRequests({ '80/tcp': [{ HostIp: '', HostPort: '8000-8010' }] }, { '81/udp': {} }, true),
    [
      { proto: 'tcp', containerPort: 80, hostIp: '', hostPort: 8000, hostPortEnd: 8010 },
      { proto: 'udp', containerPort: 81, hostIp: '', hostPort: 0, hostPortEnd: 0 },
    ],
  );
  assert.deepEqual(parseVolumesFrom('c:ro'), { container: 'c', writable: false });
  assert.throws(() => parseVolumesFrom('c:rshared'), /invalid mode/);
  const options = parseSecurityOptions(['no-new-privileges:false', 'seccomp=unconfined', 'label=disable'], {
    noNewPrivileges: true,
  });
  assert.deepEqual(options, { noNewPrivileges: false, seccomp: 'unconfined', apparmor: '' });
});

test('binds', () => {
  const bind = parseBind('/a/../b/:/c/:ro,rslave', '', '/data').point;
  assert.deepEqual(
    [bind.type, bind.source, bind.destination, bind.rw, bind.propagation],
    ['bind', '/b', '/c', false, 'rslave'],
  );
  assert.equal(parseBind('/:/host', '', '/data').point.propagation, 'rslave');
  assert.equal(parseBind('/srv:/host', '', '/data').point.propagation, 'rprivate');
  assert.throws(() => parseBind('/:/host:rprivate', '', '/data'), /must use either propagation mode/);
  const volume = parseBind('name:/v:nocopy', 'nfs', '/data').point;
  assert.deepEqual(
    [volume.type, volume.name, volume.driver, volume.copyUp],
    ['volume', 'name', 'nfs', false],
  );
  assert.throws(
    () => parseBind('/a:b', '', '/data'),
    /'\/a:b': invalid mount config for type "bind": invalid mount path: 'b' mount path must be absolute/,
  );
  assert.throws(() => parseBind('/a:ro', '', '/data'), /invalid volume specification: '\/a:ro'/);
});
