/** Every flag of `run`: it takes effect in the container or on the host, or it is refused with the reason. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runFlags } from '../../../src/cli/run/flags.ts';
import type { CommandResult } from '../../harness/command.ts';
import type { Engine } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { loadBusybox } from '../../harness/images/busybox.ts';

let engine: Engine;
let at = (name: string): string => name;

before(async () => {
  engine = await startEngine('minke');
  await loadBusybox(engine);
  at = (name) => join(engine.dataRoot, '..', name);
  await writeFile(at('variables'), 'FROM_FILE=1\n');
  await writeFile(at('labels'), 'from.file=1\n');
  const { docker } = engine;
  await docker(['network', 'create', '--subnet', '10.98.0.0/24', 'net']);
  await docker([
    'run',
    '-d',
    '--name',
    'other',
    '-v',
    '/shared',
    '--ipc',
    'shareable',
    'busybox',
    'sleep',
    '1000',
  ]);
});

after(async () => {
  assert.deepEqual(await engine.stop(), []);
});

type Look = (flag: string) => Promise<void>;

const run = (args: readonly string[], command: readonly string[]): Promise<CommandResult> =>
  engine.docker(['run', '--rm', ...args, 'busybox', ...command]);

/** What a shell in the container sees. */
const seen =
  (args: string, script: string, expected: RegExp): Look =>
  async (flag) => {
    const { code, stdout, stderr } = await run(args.split(' '), ['sh', '-c', script]);
    assert.equal(code, 0, `--${flag}: ${stderr}`);
    assert.match(stdout, expected, `--${flag}: ${stderr}`);
  };

const refused =
  (args: string, reason: RegExp): Look =>
  async (flag) => {
    const { code, stderr } = await run(args.split(' '), ['true']);
    assert.notEqual(code, 0, `--${flag}`);
    assert.match(stderr, reason, `--${flag}`);
  };

/** Seen in the container, or the host can't do it and says so. */
const seenOrWarned =
  (args: string, script: string, expected: RegExp): Look =>
  async (flag) => {
    const { stdout, stderr } = await run(args.split(' '), ['sh', '-c', script]);
    assert.ok(expected.test(stdout) || /WARNING: .*discarded/.test(stderr), `--${flag}: ${stdout}${stderr}`);
  };

/** What `inspect` says of a container that was made so. */
const kept =
  (args: string, format: string, expected: RegExp): Look =>
  async (flag) => {
    const made = await engine.docker(['create', ...args.split(' '), 'busybox', 'true']);
    assert.equal(made.code, 0, `--${flag}: ${made.stderr}`);
    const id = made.stdout.trim();
    const { stdout } = await engine.docker(['inspect', '--format', format, id]);
    await engine.docker(['rm', '-v', id]);
    assert.match(stdout, expected, `--${flag}`);
  };

/** Several looks at one flag. */
const all =
  (...looks: Look[]): Look =>
  async (flag) => {
    for (const look of looks) await look(flag);
  };

/** A file of a control group, where version 1 or version 2 has it. */
const group = (v1: string, v2: string): string =>
  `cat /sys/fs/cgroup/${v1} 2>/dev/null || cat /sys/fs/cgroup/${v2}`;
const status = 'cat /proc/self/status';
const windows = /only supported on a Docker daemon running on windows/;
const throttle = (kind: string): string => group(`blkio/blkio.throttle.${kind}_device`, 'io.max');

/** A device of the host that requests can be throttled on; any will do. */
async function disk(): Promise<string> {
  const text = await readFile('/proc/partitions', 'utf8');
  const name = /^\s*\d+\s+0\s+\d+\s+(\w+)$/m.exec(text)?.[1];
  assert.ok(name !== undefined, text);
  return `/dev/${name}`;
}

const table: Readonly<Record<string, Look>> = {
  'add-host': seen('--add-host a:192.0.2.4', 'cat /etc/hosts', /192\.0\.2\.4\s+a/),
  annotation: all(
    kept('--annotation a.b=c', '{{json .HostConfig.Annotations}}', /"a\.b":"c"/),
    refused('--annotation run.oci.hooks.stdout=/x', /invalid Annotations/),
  ),
  attach: seen('--attach stderr', 'echo unseen', /^$/),
  'blkio-weight': seenOrWarned('--blkio-weight 300', group('blkio/blkio.weight', 'io.weight'), /300/),
  'blkio-weight-device': async (flag) =>
    seenOrWarned(
      `--blkio-weight-device ${await disk()}:300`,
      group('blkio/blkio.weight_device', 'io.weight'),
      /300/,
    )(flag),
  'cap-add': seen('--cap-drop ALL --cap-add CHOWN', status, /CapEff:\s*0+1\n/),
  'cap-drop': seen('--cap-drop ALL', status, /CapEff:\s*0+\n/),
  'cgroup-parent': async (flag) =>
    seen(`--cgroupns host --cgroup-parent ${engine.cgroupParent}/sub`, 'cat /proc/1/cgroup', /\/sub\//)(flag),
  cgroupns: seen('--cgroupns private', 'cat /proc/1/cgroup', /:\/$/m),
  cidfile: async (flag) => {
    await run(['--cidfile', at('cid')], ['true']);
    assert.match(await readFile(at('cid'), 'utf8'), /^[0-9a-f]{64}$/, flag);
  },
  'cpu-count': refused('--cpu-count 1', windows),
  'cpu-percent': refused('--cpu-percent 1', windows),
  'cpu-period': seen('--cpu-period 50000', group('cpu/cpu.cfs_period_us', 'cpu.max'), /50000/),
  'cpu-quota': seen('--cpu-quota 25000', group('cpu/cpu.cfs_quota_us', 'cpu.max'), /25000/),
  // Without a share for the groups above no group may have one: the kernel says so, or the engine does.
  'cpu-rt-period': refused(
    '--cpu-rt-period 500 --cpu-rt-runtime 9',
    /real-time|rt_(?:period|runtime)_us|real.?time/i,
  ),
  'cpu-rt-runtime': refused('--cpu-rt-runtime 950000', /real-time|rt_runtime_us|real.?time/i),
  'cpu-shares': seen('--cpu-shares 512', group('cpu/cpu.shares', 'cpu.weight'), /512|59|20/),
  cpus: seen('--cpus 0.5', group('cpu/cpu.cfs_quota_us', 'cpu.max'), /50000/),
  'cpuset-cpus': seen('--cpuset-cpus 0', status, /Cpus_allowed_list:\s*0\n/),
  'cpuset-mems': seen('--cpuset-mems 0', status, /Mems_allowed_list:\s*0\n/),
  detach: async (flag) => {
    const { stdout } = await engine.docker(['run', '--detach', '--rm', 'busybox', 'true']);
    assert.match(stdout, /^[0-9a-f]{64}\n$/, flag);
  },
  'detach-keys': refused('--detach-keys nonsense', /received 400|nonsense/),
  device: seen('--device /dev/fuse:/dev/other:r', 'ls -l /dev/other', /10, 229/),
  'device-cgroup-rule': async (flag) => {
    // Making the node is denied where the rule is not there.
    const script = 'mknod /n c 10 229 && head -c 0 /n 2>&1; echo';
    const [without, within] = await Promise.all(
      [[], ['--device-cgroup-rule', 'c 10:229 rwm']].map((args) => run(args, ['sh', '-c', script])),
    );
    assert.match(without?.stdout ?? '', /not permitted/, flag);
    assert.doesNotMatch(within?.stdout ?? '', /not permitted/, flag);
  },
  'device-read-bps': async (flag) =>
    seen(`--device-read-bps ${await disk()}:1mb`, throttle('read_bps'), /1048576/)(flag),
  'device-read-iops': async (flag) =>
    seen(`--device-read-iops ${await disk()}:101`, throttle('read_iops'), /101/)(flag),
  'device-write-bps': async (flag) =>
    seen(`--device-write-bps ${await disk()}:1mb`, throttle('write_bps'), /1048576/)(flag),
  'device-write-iops': async (flag) =>
    seen(`--device-write-iops ${await disk()}:101`, throttle('write_iops'), /101/)(flag),
  dns: seen('--dns 192.0.2.5', 'cat /etc/resolv.conf', /nameserver 192\.0\.2\.5/),
  'dns-opt': seen('--dns-opt timeout:9', 'cat /etc/resolv.conf', /options .*timeout:9/),
  'dns-option': seen('--dns-option timeout:9', 'cat /etc/resolv.conf', /options .*timeout:9/),
  'dns-search': seen('--dns-search example.test', 'cat /etc/resolv.conf', /search example\.test/),
  domainname: seen('--domainname example.test', 'cat /proc/sys/kernel/domainname', /^example\.test$/m),
  entrypoint: async (flag) => {
    const { stdout } = await engine.docker(['run', '--rm', '--entrypoint', 'echo', 'busybox', 'said']);
    assert.equal(stdout, 'said\n', flag);
  },
  env: seen('--env A=1', 'env', /^A=1$/m),
  'env-file': async (flag) => seen(`--env-file ${at('variables')}`, 'env', /^FROM_FILE=1$/m)(flag),
  expose: kept('--expose 81/udp', '{{json .Config.ExposedPorts}}', /81\/udp/),
  gpus: refused('--gpus all', /could not select device driver "" with capabilities: \[\[gpu\]\]/),
  'group-add': seen('--group-add 1234', 'id', /1234/),
  'health-cmd': async (flag) => {
    await engine.docker(['run', '-d', '--name', 'sound', '--health-cmd', 'true', 'busybox', 'sleep', '1000']);
    const { stdout } = await engine.docker(['inspect', '--format', '{{.State.Health.Status}}', 'sound']);
    await engine.docker(['rm', '-f', 'sound']);
    assert.match(stdout, /starting|healthy/, flag);
  },
  'health-interval': kept('--health-cmd x --health-interval 7s', '{{.Config.Healthcheck.Interval}}', /7s/),
  'health-retries': kept('--health-cmd x --health-retries 7', '{{.Config.Healthcheck.Retries}}', /7/),
  'health-start-interval': kept(
    '--health-cmd x --health-start-interval 7s',
    '{{.Config.Healthcheck.StartInterval}}',
    /7s/,
  ),
  'health-start-period': kept(
    '--health-cmd x --health-start-period 7s',
    '{{.Config.Healthcheck.StartPeriod}}',
    /7s/,
  ),
  'health-timeout': kept('--health-cmd x --health-timeout 7s', '{{.Config.Healthcheck.Timeout}}', /7s/),
  help: async (flag) => {
    const { stdout } = await engine.docker(['run', '--help']);
    assert.match(stdout, /Usage:/, flag);
  },
  hostname: seen('--hostname named', 'hostname', /^named$/m),
  init: seen('--init', 'cat /proc/1/comm', /init/),
  interactive: async (flag) => {
    const { stdout } = await engine.docker(['run', '--rm', '-i', 'busybox', 'cat'], { input: 'read' });
    assert.equal(stdout, 'read', flag);
  },
  'io-maxbandwidth': refused('--io-maxbandwidth 1m', windows),
  'io-maxiops': refused('--io-maxiops 1', windows),
  ip: seen('--network net --ip 10.98.0.77', 'ip -4 addr', /10\.98\.0\.77/),
  ip6: refused('--network net --ip6 fd00::7', /configured subnet|IPv6/),
  ipc: seen('--ipc none', 'grep shm /proc/mounts; echo done', /^done\n$/),
  isolation: refused('--isolation hyperv', /invalid isolation \(hyperv\): linux only supports 'default'/),
  label: kept('--label a=b', '{{json .Config.Labels}}', /"a":"b"/),
  'label-file': async (flag) =>
    kept(`--label-file ${at('labels')}`, '{{json .Config.Labels}}', /"from\.file":"1"/)(flag),
  link: seen('--link other:known', 'cat /etc/hosts', /known/),
  'link-local-ip': seen('--network net --link-local-ip 169.254.7.7', 'ip -4 addr', /169\.254\.7\.7/),
  'log-driver': async (flag) => {
    await engine.docker(['run', '--name', 'silent', '--log-driver', 'none', 'busybox', 'echo', 'said']);
    const { stderr } = await engine.docker(['logs', 'silent']);
    await engine.docker(['rm', 'silent']);
    assert.match(stderr, /does not support reading/, flag);
  },
  'log-opt': refused('--log-opt max-size=big', /failed to initialize logging driver: invalid size: 'big'/),
  'mac-address': seen(
    '--mac-address 92:d0:c6:0a:29:33',
    'cat /sys/class/net/eth0/address',
    /92:d0:c6:0a:29:33/,
  ),
  memory: seen('--memory 32m', group('memory/memory.limit_in_bytes', 'memory.max'), /33554432/),
  'memory-reservation': seen(
    '--memory-reservation 16m',
    group('memory/memory.soft_limit_in_bytes', 'memory.low'),
    /16777216/,
  ),
  'memory-swap': seenOrWarned(
    '--memory 32m --memory-swap 48m',
    group('memory/memory.memsw.limit_in_bytes', 'memory.swap.max'),
    /50331648|16777216/,
  ),
  'memory-swappiness': seenOrWarned(
    '--memory-swappiness 7',
    group('memory/memory.swappiness', 'none'),
    /^7$/m,
  ),
  mount: all(
    seen('--mount type=tmpfs,dst=/t,tmpfs-size=1m', 'grep " /t " /proc/mounts', /size=1024k/),
    seen('--mount type=image,src=busybox,dst=/i', 'ls /i/bin', /busybox/),
  ),
  name: async (flag) => {
    await engine.docker(['run', '--name', 'named', 'busybox', 'true']);
    assert.equal((await engine.docker(['rm', 'named'])).code, 0, flag);
  },
  net: seen('--net none', 'ls /sys/class/net', /^lo\n$/),
  'net-alias': seen('--net net --net-alias called', 'nslookup called', /10\.98\.0\./),
  network: seen('--network none', 'ls /sys/class/net', /^lo\n$/),
  'network-alias': seen('--network net --network-alias called', 'nslookup called', /10\.98\.0\./),
  'no-healthcheck': kept('--no-healthcheck', '{{json .Config.Healthcheck.Test}}', /NONE/),
  'oom-kill-disable': seenOrWarned(
    '--memory 32m --oom-kill-disable',
    'cat /sys/fs/cgroup/memory/memory.oom_control',
    /oom_kill_disable 1/,
  ),
  'oom-score-adj': seen('--oom-score-adj 500', 'cat /proc/self/oom_score_adj', /^500$/m),
  pid: seen('--pid container:other', 'ps', /sleep 1000/),
  'pids-limit': seen('--pids-limit 77', group('pids/pids.max', 'pids.max'), /^77$/m),
  platform: refused('--pull never --platform linux/riscv64', /does not match the specified platform/),
  privileged: seen('--privileged', status, /Seccomp:\s*0/),
  publish: async (flag) => {
    const page = 'while true; do echo page | nc -l -p 80; done';
    const args = ['run', '-d', '--name', 'web', '-p', '8099:80', 'busybox', 'sh', '-c', page];
    await engine.docker(args);
    const { stdout } = await engine.docker(['port', 'web']);
    await engine.docker(['rm', '-f', 'web']);
    assert.match(stdout, /80\/tcp -> 0\.0\.0\.0:8099/, flag);
  },
  'publish-all': async (flag) => {
    await engine.docker(['run', '-d', '-P', '--expose', '81', '--name', 'all', 'busybox', 'sleep', '1000']);
    const { stdout } = await engine.docker(['port', 'all']);
    await engine.docker(['rm', '-f', 'all']);
    assert.match(stdout, /81\/tcp -> 0\.0\.0\.0:\d+/, flag);
  },
  pull: async (flag) => {
    const { stderr } = await engine.docker(['run', '--rm', '--pull', 'never', 'no-such-image', 'true']);
    assert.match(stderr, /No such image/, flag);
  },
  quiet: seen('--quiet', 'echo quiet', /^quiet$/m),
  'read-only': seen('--read-only', 'touch /x 2>&1; echo', /Read-only file system/),
  restart: kept('--restart on-failure:3', '{{json .HostConfig.RestartPolicy}}', /on-failure.*3/),
  rm: async (flag) => {
    await engine.docker(['run', '--rm', '--name', 'gone', 'busybox', 'true']);
    assert.notEqual((await engine.docker(['inspect', 'gone'])).code, 0, flag);
  },
  runtime: refused('--runtime no-such', /unknown or invalid runtime name: no-such/),
  'security-opt': all(
    seen('--security-opt no-new-privileges', status, /NoNewPrivs:\s*1/),
    seen('--security-opt seccomp=unconfined', status, /Seccomp:\s*0/),
    seen('--security-opt systempaths=unconfined', 'grep -c "/proc/sys proc ro" /proc/mounts; echo', /^0$/m),
    refused('--security-opt nonsense=1', /invalid --security-opt/),
  ),
  'shm-size': seen('--shm-size 3m', 'grep /dev/shm /proc/mounts', /size=3072k/),
  'sig-proxy': seen('--sig-proxy=false', 'echo run', /run/),
  'stop-signal': kept('--stop-signal SIGUSR1', '{{.Config.StopSignal}}', /SIGUSR1/),
  'stop-timeout': kept('--stop-timeout 7', '{{.Config.StopTimeout}}', /7/),
  'storage-opt': refused('--storage-opt size=1g', /only for overlay over xfs with 'pquota'/),
  sysctl: seen('--sysctl net.ipv4.ip_forward=0', 'cat /proc/sys/net/ipv4/ip_forward', /^0$/m),
  tmpfs: seen('--tmpfs /t:size=1m,mode=700', 'grep " /t " /proc/mounts', /size=1024k,mode=700/),
  tty: async (flag) => {
    const { stdout } = await engine.docker(['run', '--rm', '-t', 'busybox', 'tty']);
    assert.match(stdout, /\/dev\/pts\/0/, flag);
  },
  ulimit: all(
    seen('--ulimit nofile=100:200', 'ulimit -Sn; ulimit -Hn', /^100\n200$/m),
    seen('--ulimit nofile=20:20', 'ulimit -n', /^20$/m),
  ),
  user: seen('--user 5:6', 'id', /uid=5.* gid=6/),
  userns: all(
    seen('--userns host', 'cat /proc/self/uid_map', /0 +0 +4294967295/),
    refused('--userns private', /invalid user namespace mode|invalid USER mode/i),
  ),
  uts: refused('--uts host --hostname x', /conflicting options: hostname and the UTS mode/),
  volume: seen('--volume vol:/v', 'grep " /v " /proc/mounts', /rw/),
  'volume-driver': refused('--volume-driver no-such -v data:/d', /error looking up volume plugin no-such/),
  'volumes-from': seen('--volumes-from other:ro', 'grep " /shared " /proc/mounts', / ro/),
  workdir: seen('--workdir /made/for/it', 'pwd', /^\/made\/for\/it$/m),
};

/** Flags of the client that never reach an engine. */
const clientOnly = ['disable-content-trust', 'kernel-memory', 'use-api-socket'];

test('every flag is in the table', () => {
  assert.deepEqual([...Object.keys(table), ...clientOnly].sort(), Object.keys(runFlags).sort());
});

for (const [flag, look] of Object.entries(table)) test(`--${flag}`, () => look(flag));
