import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { isKind, messageOf } from '../../errors/minke-error.ts';
import { adapt } from './adapt.ts';
import { optionalConfigBody, requiredConfigBody } from './config-presence.ts';
import { prepareCreate } from './container-create.ts';
import { containerInspectRules } from './container-inspect.ts';
import { updateRules } from './container-update.ts';
import { diskUsageRules } from './disk-usage.ts';
import { imageInspectRules } from './image-inspect.ts';
import { imageSummaryRules } from './image-summary.ts';
import { infoRules } from './info.ts';
import { oneShotRules, statsRules } from './stats.ts';

const complaint = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    assert.ok(isKind(error, 'invalid'), messageOf(error));
    return messageOf(error);
  }
  return '';
};

const body = (json: object) => v.parse(requiredConfigBody, { Image: 'busybox', ...json });
const create = (json: object, version: number) => prepareCreate(body(json), version);
const host = (config: object, version: number) => create({ HostConfig: config }, version).body.HostConfig;
const mount = (given: object, version: number) => host({ Mounts: [given] }, version)?.Mounts?.[0];

test('a config that is not there', () => {
  for (const nothing of [null, {}, { HostConfig: { Memory: 1 } }, 'x'])
    assert.equal(
      complaint(() => v.parse(requiredConfigBody, nothing)),
      'config cannot be empty in order to create a container',
    );
  assert.match(
    complaint(() => v.parse(requiredConfigBody, [])),
    /^invalid JSON: json: cannot unmarshal array into Go value of type container\.CreateRequest$/,
  );
  assert.equal(v.parse(optionalConfigBody, {}), null);
  assert.equal(v.parse(optionalConfigBody, null), null);
  assert.deepEqual(v.parse(optionalConfigBody, { cmd: ['a'] })?.Cmd, ['a']);
});

test('the default network gets its name, and its endpoint too', () => {
  assert.equal(host({}, 51)?.NetworkMode, 'bridge');
  assert.equal(create({}, 51).body.HostConfig?.NetworkMode, 'bridge');
  assert.equal(host({ NetworkMode: 'host' }, 51)?.NetworkMode, 'host');
  const endpoints = { EndpointsConfig: { default: { Aliases: ['a'] } } };
  const named = create({ HostConfig: { NetworkMode: 'default' }, NetworkingConfig: endpoints }, 51).body;
  assert.deepEqual(Object.keys(named.NetworkingConfig?.EndpointsConfig ?? {}), ['bridge']);
});

test('members that a version does not know are dropped, defaults are its own', () => {
  assert.equal(host({ AutoRemove: true }, 24)?.AutoRemove, false);
  assert.equal(host({ AutoRemove: true }, 25)?.AutoRemove, true);
  assert.equal(host({}, 39)?.IpcMode, 'shareable');
  assert.equal(host({ IpcMode: 'host' }, 39)?.IpcMode, 'host');
  assert.equal(host({}, 40)?.IpcMode, '');
  assert.deepEqual(host({ ConsoleSize: [1, 2] }, 41)?.ConsoleSize, [0, 0]);
  assert.deepEqual(host({ ConsoleSize: [1, 2] }, 42)?.ConsoleSize, [1, 2]);
  assert.equal(host({ Annotations: { a: 'b' } }, 42)?.Annotations, null);
  assert.equal(host({ KernelMemory: 5 }, 42)?.KernelMemory, 0);
  assert.equal(create({ Healthcheck: { StartInterval: 5 } }, 43).body.Healthcheck?.StartInterval, 0);
  assert.equal(create({ Healthcheck: { StartInterval: 5 } }, 44).body.Healthcheck?.StartInterval, 5);
  for (const [limit, kept] of [
    [-1, null],
    [0, null],
    [5, 5],
  ])
    assert.equal(host({ PidsLimit: limit }, 51)?.PidsLimit, kept);
});

test('mounts by version', () => {
  const misplaced = { Type: 'bind', Source: '/a', Target: '/b', VolumeOptions: { NoCopy: true } };
  assert.equal(mount(misplaced, 41)?.VolumeOptions, null);
  assert.equal(
    complaint(() => mount(misplaced, 42)),
    'VolumeOptions must not be specified on mount type "bind"',
  );
  const readOnly = { Type: 'bind', BindOptions: { ReadOnlyForceRecursive: true } };
  assert.equal(
    complaint(() => mount(readOnly, 43)),
    'BindOptions.ReadOnlyForceRecursive needs API v1.44 or newer',
  );
  assert.equal(mount({ Type: 'bind', BindOptions: {} }, 43)?.BindOptions?.ReadOnlyNonRecursive, true);
  assert.equal(mount({ Type: 'bind', BindOptions: {} }, 44)?.BindOptions?.ReadOnlyNonRecursive, false);
  const part = { Type: 'volume', VolumeOptions: { Subpath: 'a' } };
  assert.equal(
    complaint(() => mount(part, 44)),
    'VolumeOptions.Subpath needs API v1.45 or newer',
  );
  assert.equal(
    complaint(() => mount({ Type: 'image' }, 47)),
    'Mount type "Image" needs API v1.48 or newer',
  );
  assert.equal(mount({ Type: 'image' }, 48)?.Type, 'image');
});

const networks = (EndpointsConfig: object) => ({ NetworkingConfig: { EndpointsConfig } });

test('one endpoint before 1.44, priorities since 1.48', () => {
  const two = networks({ a: { GwPriority: 5 }, b: null });
  assert.equal(
    complaint(() => create(two, 43)),
    'Container cannot be created with multiple network endpoints: a, b',
  );
  assert.equal(create(two, 47).body.NetworkingConfig?.EndpointsConfig?.a?.GwPriority, 0);
  assert.equal(create(two, 48).body.NetworkingConfig?.EndpointsConfig?.a?.GwPriority, 5);
});

test('the MAC address of the container moves to its main endpoint', () => {
  const mac = { MacAddress: 'aa' };
  const endpoint = (json: object, version: number, name: string) =>
    create(json, version).body.NetworkingConfig?.EndpointsConfig?.[name]?.MacAddress;
  assert.equal(endpoint(mac, 43, 'bridge'), 'aa');
  assert.equal(endpoint(mac, 44, 'bridge'), 'aa');
  assert.equal(endpoint(networks({ n: mac }), 43, 'n'), '', 'older clients could not set it there');
  assert.equal(endpoint({ ...mac, ...networks({ n: {} }) }, 43, 'n'), 'aa');
  assert.equal(
    complaint(() => create({ ...mac, ...networks({ n: {} }) }, 44)),
    'HostConfig.NetworkMode must match the identity of a network in NetworkSettings.Networks',
  );
  assert.match(
    complaint(() =>
      create({ ...mac, HostConfig: { NetworkMode: 'n' }, ...networks({ n: { MacAddress: 'bb' } }) }, 44),
    ),
    /must match the endpoint-specific MAC address/,
  );
  assert.deepEqual(create(mac, 44).warnings, [
    'The container-wide MacAddress field is now deprecated. It should be specified in EndpointsConfig instead.',
  ]);
  assert.equal(create(mac, 44).body.MacAddress, '');
  assert.deepEqual(create(mac, 43).warnings, []);
});

test('sysctls of eth0 move to the main endpoint, and have to be there since 1.48', () => {
  const sysctls = (Sysctls: object) => ({ HostConfig: { Sysctls } });
  const given = sysctls({ 'net.ipv4.conf.eth0.forwarding': '1', 'net.core.somaxconn': '5' });
  const moved = create(given, 47);
  assert.deepEqual({ ...moved.body.HostConfig?.Sysctls }, { 'net.core.somaxconn': '5' });
  assert.equal(
    moved.body.NetworkingConfig?.EndpointsConfig?.bridge?.DriverOpts?.['com.docker.network.endpoint.sysctls'],
    'net.ipv4.conf.IFNAME.forwarding=1',
  );
  assert.match(
    moved.warnings[0] ?? '',
    /^Migrated sysctl "net\.ipv4\.conf\.eth0\.forwarding" to DriverOpts\{/,
  );
  assert.match(
    complaint(() => create(given, 48)),
    /must be supplied using driver option/,
  );
  assert.match(
    complaint(() => create(sysctls({ 'net.ipv4.conf.eth1.forwarding': '1' }), 47)),
    /unable to determine/,
  );
});

test('a volume driver that mounts do not take is warned of', () => {
  const given = { HostConfig: { VolumeDriver: 'x', Mounts: [{ Type: 'volume', Target: '/a' }] } };
  assert.match(create(given, 48).warnings[0] ?? '', /^WARNING: the container-wide volume-driver/);
  assert.deepEqual(create(given, 47).warnings, []);
});

test('update: no limit is said in three ways', () => {
  const update = (PidsLimit: number | null, version: number) =>
    adapt(updateRules, version, { PidsLimit, KernelMemory: 0 } as never).PidsLimit;
  assert.equal(update(-1, 51), 0);
  assert.equal(update(null, 51), null);
  assert.equal(update(7, 51), 7);
  assert.equal(update(7, 39), null);
});

test('answers by version', () => {
  const image = { Id: 'i', RepoTags: [], RepoDigests: [], Size: 5, Containers: 2, Descriptor: {} } as never;
  const listed = (version: number): Record<string, unknown> => ({
    ...adapt(imageSummaryRules, version, image),
  });
  assert.deepEqual(listed(42).RepoTags, ['<none>:<none>']);
  assert.deepEqual(listed(43).RepoTags, []);
  const imported: object = { Id: 'i', RepoTags: ['a:b'], RepoDigests: [], Size: 0 };
  assert.partialDeepStrictEqual(adapt(imageSummaryRules, 42, imported as never), { RepoDigests: null });
  assert.equal('VirtualSize' in adapt(imageSummaryRules, 42, imported as never), false);
  assert.equal(listed(43).VirtualSize, 5);
  assert.equal('VirtualSize' in listed(44), false);
  assert.equal('Descriptor' in listed(47), false);
  assert.equal(listed(50).Containers, -1);
  assert.equal(listed(51).Containers, 2);

  const inspected = (version: number) =>
    adapt(imageInspectRules, version, { Id: 'i', Config: { Cmd: ['a'] } }).Config;
  assert.deepEqual(inspected(50)?.Cmd, ['a']);
  const built = { Id: 'i', Container: '', ContainerConfig: { User: 'u' } };
  const old: Record<string, unknown> = adapt(imageInspectRules, 44, built);
  assert.equal('Container' in old, false);
  assert.partialDeepStrictEqual(old, { ContainerConfig: { User: 'u', Hostname: '', Cmd: null } });
  assert.equal('ContainerConfig' in adapt(imageInspectRules, 45, built), false);
  assert.equal('Hostname' in (inspected(49) ?? {}), true);
  assert.equal('Hostname' in (inspected(50) ?? {}), false);
  assert.equal('Env' in (inspected(51) ?? {}), true);
  assert.equal('Env' in (inspected(52) ?? {}), false);

  const container = {
    Id: 'c'.repeat(64),
    Config: { Hostname: 'h' },
    NetworkSettings: { Networks: { mine: { Aliases: ['a'] }, bridge: { Aliases: null } } },
  } as never;
  const networksOf = (version: number) =>
    adapt(containerInspectRules, version, container).NetworkSettings?.Networks;
  assert.deepEqual(networksOf(44)?.mine?.Aliases, ['a', 'cccccccccccc', 'h']);
  assert.equal(networksOf(44)?.bridge?.Aliases, null);
  assert.deepEqual(networksOf(45)?.mine?.Aliases, ['a']);

  const usage = { Images: [{ RepoTags: ['a:b'], RepoDigests: [] }] };
  assert.deepEqual(adapt(diskUsageRules, 51, usage), { Images: [{ RepoTags: ['a:b'], RepoDigests: null }] });
  assert.deepEqual(adapt(diskUsageRules, 52, usage), usage);

  const stats = { id: 'i', name: '/n', os_type: 'linux', read: '2026-01-01T00:00:00Z' };
  assert.deepEqual(Object.keys(adapt(statsRules, 51, stats)), ['id', 'name', 'read']);
  assert.deepEqual(Object.keys(adapt(oneShotRules, 51, stats)), ['read']);
  const stopped = { ...stats, read: '0001-01-01T00:00:00Z' };
  assert.deepEqual(Object.keys(adapt(oneShotRules, 51, stopped)), ['id', 'name', 'read']);
  assert.deepEqual(adapt(oneShotRules, 52, stats), stats);

  const info = (version: number): Record<string, unknown> =>
    adapt(infoRules, version, {
      SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'],
      Runtimes: { crun: { path: 'crun', status: { a: 'b' } } },
      FirewallBackend: { Driver: 'nftables' },
      RuncCommit: { ID: 'x' },
    });
  assert.deepEqual(info(24).SecurityOptions, ['seccomp', 'cgroupns']);
  assert.deepEqual(info(43).Runtimes, { crun: { path: 'crun' } });
  assert.deepEqual(info(48).RuncCommit, { ID: 'x', Expected: 'x' });
  assert.equal('FirewallBackend' in info(48), false);
  assert.equal(info(49).BridgeNfIptables, false);
  assert.equal('BridgeNfIptables' in info(50), false);
});
