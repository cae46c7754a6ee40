import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { until } from '../../harness/until.ts';
import { docker, execIn, started } from './docker.ts';

const page = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ port, agent: false }, (answer) => text(answer).then(resolve, reject)).once('error', reject);
  });

test('limits are what the container sees', async (t) => {
  const container = await started(t, {
    HostConfig: {
      Memory: 64 << 20,
      NanoCpus: 500_000_000,
      PidsLimit: 33,
      Ulimits: [{ Name: 'nofile', Soft: 111, Hard: 222 }],
      ShmSize: 8 << 20,
    },
  });
  assert.equal((await execIn(container, ['sh', '-c', 'ulimit -Sn; ulimit -Hn'])).stdout, '111\n222\n');
  assert.match((await execIn(container, ['df', '-k', '/dev/shm'])).stdout, /\b8192\b/);
  const paths = '/sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max';
  const limit = await execIn(container, ['sh', '-c', `cat ${paths} 2>/dev/null`]);
  assert.equal(Number(limit.stdout), 64 << 20);
});

test('identity, names, environment', async (t) => {
  const container = await started(t, {
    Hostname: 'judge',
    Domainname: 'example.test',
    User: 'www-data',
    WorkingDir: '/var/www',
    Env: ['A=1', 'B=two words'],
    HostConfig: { ExtraHosts: ['other:10.1.2.3'], Dns: ['10.9.9.9'], DnsSearch: ['example.test'] },
  });
  const shown = await execIn(container, ['sh', '-c', 'hostname; id -un; pwd; echo "$A $B"']);
  assert.equal(shown.stdout, 'judge\nwww-data\n/var/www\n1 two words\n');
  assert.match((await execIn(container, ['cat', '/etc/hosts'])).stdout, /^10\.1\.2\.3\s+other$/m);
  assert.match((await execIn(container, ['cat', '/etc/resolv.conf'])).stdout, /^nameserver 10\.9\.9\.9$/m);
});

test('rights: dropped, added, a root that cannot be written', async (t) => {
  const container = await started(t, {
    HostConfig: { CapDrop: ['ALL'], CapAdd: ['NET_RAW'], ReadonlyRootfs: true, Tmpfs: { '/run': 'size=1m' } },
  });
  const caps = await execIn(container, ['grep', 'CapEff', '/proc/self/status']);
  assert.match(caps.stdout, /0000000000002000$/m);
  assert.notEqual((await execIn(container, ['touch', '/x'])).code, 0);
  assert.equal((await execIn(container, ['touch', '/run/x'])).code, 0);
});

test('binds and mounts', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'judge-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'in'), 'from the host\n');
  const container = await started(t, {
    HostConfig: {
      Binds: [`${folder}:/host`, `${folder}/in:/in:ro`],
      Mounts: [
        { Type: 'tmpfs', Source: '', Target: '/scratch', TmpfsOptions: { SizeBytes: 1 << 20, Mode: 0o700 } },
        { Type: 'volume', Source: 'dode-mount', Target: '/data' },
      ],
    },
  });
  t.after(() => docker.getVolume('dode-mount').remove({ force: true }));
  assert.equal((await execIn(container, ['cat', '/in'])).stdout, 'from the host\n');
  assert.notEqual((await execIn(container, ['sh', '-c', 'echo > /in'])).code, 0);
  await execIn(container, ['sh', '-c', 'echo back > /host/out']);
  assert.equal(await readFile(join(folder, 'out'), 'utf8'), 'back\n');
  assert.match((await execIn(container, ['df', '-k', '/scratch'])).stdout, /\b1024\b/);
  const { Mounts } = await container.inspect();
  assert.deepEqual(Mounts.map(({ Destination }) => Destination).sort(), [
    '/data',
    '/host',
    '/in',
    '/scratch',
  ]);
  await container.remove({ force: true });
});

test('places made for mounts can be entered by everyone', async (t) => {
  const HostConfig = { Binds: ['/etc/hostname:/made/for/it:ro'], Init: true };
  const container = await started(t, { User: 'nobody', HostConfig });
  assert.equal((await execIn(container, ['stat', '-c', '%a', '/made', '/made/for'])).stdout, '755\n755\n');
  assert.equal((await execIn(container, ['test', '-r', '/made/for/it'])).code, 0);
});

test('published ports: chosen and given', async (t) => {
  const container = await started(t, {
    Cmd: ['sh', '-c', 'mkdir /www; echo served > /www/index.html; exec httpd -f -p 80 -h /www'],
    ExposedPorts: { '80/tcp': {} },
    HostConfig: {
      PortBindings: { '80/tcp': [{ HostPort: '18080' }, { HostIp: '127.0.0.1', HostPort: '' }] },
    },
  });
  const { NetworkSettings } = await container.inspect();
  const bound = (NetworkSettings.Ports['80/tcp'] ?? []).map(({ HostPort }) => Number(HostPort));
  assert.ok(bound.includes(18080));
  const chosen = bound.find((port) => port !== 18080) ?? 0;
  for (const port of [18080, chosen]) {
    const shown = await until(`port ${port}`, () => page(port).catch(() => undefined));
    assert.equal(shown, 'served\n');
  }
  await container.stop({ t: 0 });
  await assert.rejects(page(18080), /ECONNREFUSED/);
});

test('a port that is taken', async (t) => {
  const HostConfig = { PortBindings: { '80/tcp': [{ HostPort: '18081' }] } };
  const ExposedPorts = { '80/tcp': {} };
  await started(t, { HostConfig, ExposedPorts });
  await assert.rejects(started(t, { HostConfig, ExposedPorts }), /port is already allocated/);
});

test('namespaces of others', async (t) => {
  const first = await started(t, { Hostname: 'first' });
  const second = await started(t, {
    HostConfig: { NetworkMode: `container:${first.id}`, PidMode: `container:${first.id}` },
  });
  const address = 'ip -o -4 addr show eth0';
  const [one, two] = await Promise.all([first, second].map((c) => execIn(c, ['sh', '-c', address])));
  assert.equal(one?.stdout, two?.stdout);
  assert.match((await execIn(second, ['ps'])).stdout, /sleep 300[\s\S]*sleep 300/);
  const lone = await started(t, { HostConfig: { NetworkMode: 'none' } });
  assert.equal((await execIn(lone, ['ls', '/sys/class/net'])).stdout, 'lo\n');
  const wide = await started(t, { HostConfig: { NetworkMode: 'host' } });
  assert.match((await execIn(wide, ['ls', '/sys/class/net'])).stdout, /docker0/);
});

test('a process of the engine comes first where asked', async (t) => {
  const container = await started(t, { HostConfig: { Init: true } });
  assert.match((await execIn(container, ['cat', '/proc/1/comm'])).stdout, /init|tini/);
});
