import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBlkio, parseCpuTicks, parseIoStat, parsePids, parseRows } from './counters.ts';
import { parseHierarchies, rootsOf, versionOf } from './hierarchies.ts';
import { strayControllers } from './mend.ts';
import { statsOfV1, statsOfV2 } from './stats.ts';
import { supportOfV1, supportOfV2 } from './support.ts';

const hybrid = `24 30 0:22 / /sys rw - sysfs sysfs rw
31 24 0:27 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:5 - cgroup cgroup rw,cpu,cpuacct
33 31 0:33 / /sys/fs/cgroup/devices\\040x rw - cgroup cgroup rw,devices
34 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,release_agent=/lib/x,name=systemd
35 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate
`;

test('hierarchies of a hybrid host', () => {
  const found = parseHierarchies(hybrid);
  assert.deepEqual(
    [...found.v1],
    [
      ['cpu', '/sys/fs/cgroup/cpu,cpuacct'],
      ['cpuacct', '/sys/fs/cgroup/cpu,cpuacct'],
      ['devices', '/sys/fs/cgroup/devices x'],
      ['name=systemd', '/sys/fs/cgroup/systemd'],
    ],
  );
  assert.equal(found.v2, '/sys/fs/cgroup/unified');
  assert.equal(versionOf(found), 1);
  assert.equal(rootsOf(found).length, 4);
});

test('hierarchies of a version 2 host, with systemd’s own version 1 tree or without', () => {
  assert.equal(versionOf(parseHierarchies('30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n')), 2);
  const systemd = hybrid.split('\n').filter((line) => /systemd|unified/.test(line));
  assert.equal(versionOf(parseHierarchies(systemd.join('\n'))), 2);
});

test('rows, pids, ticks', () => {
  assert.deepEqual(parseRows('cache 0\nrss 49152\nhierarchical_memory_limit 4096\n'), {
    cache: 0,
    rss: 49152,
    hierarchical_memory_limit: 4096,
  });
  assert.deepEqual(parsePids('1\n22\n\n'), [1, 22]);
  assert.deepEqual(parseCpuTicks('user 3\nsystem 1\n'), { user: 30_000_000, kernel: 10_000_000 });
});

test('block counters of both versions', () => {
  assert.deepEqual(parseBlkio('254:0 Read 4096\n254:0 Write 0\n254:0 Total 4096\nTotal 4096\n'), [
    { major: 254, minor: 0, op: 'read', value: 4096 },
    { major: 254, minor: 0, op: 'write', value: 0 },
    { major: 254, minor: 0, op: 'total', value: 4096 },
  ]);
  assert.deepEqual(parseIoStat('8:0 rbytes=10 wbytes=20 rios=1 wios=2 dbytes=0 dios=0\n'), {
    serviceBytes: [
      { major: 8, minor: 0, op: 'read', value: 10 },
      { major: 8, minor: 0, op: 'write', value: 20 },
    ],
    serviced: [
      { major: 8, minor: 0, op: 'read', value: 1 },
      { major: 8, minor: 0, op: 'write', value: 2 },
    ],
  });
});

test('counters of a version 2 group', () => {
  const files: Record<string, string> = {
    'cpu.stat': 'usage_usec 5\nuser_usec 3\nsystem_usec 2\nnr_periods 1\nnr_throttled 1\nthrottled_usec 7\n',
    'memory.current': '4096\n',
    'memory.max': 'max\n',
    'memory.stat': 'anon 1\nfile 2\n',
    'pids.current': '3\n',
    'pids.max': '10\n',
    'io.stat': '',
  };
  const stats = statsOfV2((name) => files[name] ?? '');
  assert.deepEqual(stats.cpu, {
    total: 5000,
    user: 3000,
    kernel: 2000,
    periods: 1,
    throttledPeriods: 1,
    throttledTime: 7000,
  });
  assert.equal(stats.memory.limit, 2 ** 63);
  assert.deepEqual(stats.memory.rows, { anon: 1, file: 2 });
  assert.deepEqual(stats.pids, { current: 3, limit: 10 });
});

test('a group that is gone counts nothing', () => {
  const stats = statsOfV1(() => '');
  assert.equal(stats.memory.usage, 0);
  assert.deepEqual(stats.cpu.perCpu, []);
  assert.equal(stats.pids.limit, null);
});

test('support', () => {
  const none = supportOfV1({ has: () => false, read: () => '' });
  assert.ok(!none.memory && !none.cpuset && none.cpus === '');
  const two = supportOfV2(['cpu', 'memory'], { swap: true, ioWeight: true, cpus: '0-1', mems: '0' });
  assert.ok(
    two.swap && two.cfsQuota && !two.cpuset && two.cpus === '' && !two.blkioWeight && !two.oomKillDisable,
  );
});

test('controllers left to version 2 on a hybrid host', () => {
  const found = parseHierarchies(hybrid);
  assert.deepEqual(strayControllers(found, 'hugetlb cpu misc\n', 'misc\n'), ['hugetlb']);
  assert.deepEqual(strayControllers(found, '\n', '\n'), []);
  const pure = parseHierarchies('30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n');
  assert.deepEqual(strayControllers(pure, 'cpu memory\n', ''), []);
});
