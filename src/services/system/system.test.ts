import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CgroupSupport } from '../../host/cgroup/contract.ts';
import type { ImageSummary } from '../../wire/generated/engine-api.ts';
import { diskUsage } from './disk-usage.ts';
import { missingLimits } from './info.ts';
import { describeVersion } from './version.ts';

const all: CgroupSupport = {
  version: 1,
  memory: true,
  swap: true,
  reservation: true,
  swappiness: true,
  oomKillDisable: true,
  kernelTcp: true,
  shares: true,
  cfsPeriod: true,
  cfsQuota: true,
  realtime: true,
  cpuset: true,
  cpus: '0-1',
  mems: '0',
  pids: true,
  devices: true,
  blkioWeight: true,
  blkioWeightDevice: true,
  blkioThrottle: true,
  hugetlb: true,
};
const host = {
  kernelVersion: '6.1',
  operatingSystem: 'Debian',
  osVersion: '12',
  machine: 'x86_64',
  cpus: 2,
  memory: 1,
  hostname: 'h',
  ipv4Forwarding: true,
  seccomp: true,
  apparmor: false,
};

test('a limit that the host lacks is warned of, one that it has is not', () => {
  assert.deepEqual(missingLimits(all, host), []);
  assert.deepEqual(
    missingLimits({ ...all, swap: false, cpuset: false }, { ...host, ipv4Forwarding: false }),
    ['WARNING: No swap limit support', 'WARNING: No cpuset support', 'WARNING: IPv4 forwarding is disabled'],
  );
  assert.deepEqual(missingLimits({ ...all, version: 2, oomKillDisable: false }, host), []);
});

test('the version names the engine and its OCI runtime', () => {
  const version = describeVersion({
    version: '1.2.3',
    commit: 'abc',
    buildTime: 't',
    apiVersion: '1.51',
    minApiVersion: '1.24',
    nodeVersion: '26.0.0',
    architecture: 'amd64',
    kernelVersion: '6.1',
    experimental: false,
    runtime: { name: 'crun', version: '1.8.1' },
  });
  assert.deepEqual(
    version.Components?.map(({ Name, Version }) => [Name, Version]),
    [
      ['Engine', '1.2.3'],
      ['crun', '1.8.1'],
    ],
  );
  assert.equal(version.Experimental, undefined);
});

test('disk usage reads what was asked for, and counts the containers of each image', async () => {
  const asked: string[] = [];
  const answer = <T>(name: string, value: T) => {
    asked.push(name);
    return Promise.resolve(value);
  };
  const image = (Id: string): ImageSummary => ({
    Id,
    ParentId: '',
    RepoTags: [],
    RepoDigests: [],
    Created: 0,
    Size: 1,
    SharedSize: 0,
    Labels: {},
    Containers: -1,
  });
  const sources = {
    images: () => answer('images', [image('i1'), image('i2')]),
    layersSize: () => Promise.resolve(7),
    containers: () => answer('containers', [{ ImageID: 'i1' }, { ImageID: 'i1' }]),
    volumes: () => answer('volumes', []),
  };
  const images = await diskUsage(sources, ['image']);
  assert.deepEqual(images, {
    LayersSize: 7,
    Images: [
      { ...image('i1'), Containers: 2 },
      { ...image('i2'), Containers: 0 },
    ],
    Containers: null,
    Volumes: null,
    BuildCache: null,
  });
  assert.deepEqual(asked.sort(), ['containers', 'images']);
  assert.deepEqual(Object.keys(await diskUsage(sources, [])), [
    'LayersSize',
    'Images',
    'Containers',
    'Volumes',
    'BuildCache',
  ]);
});
