/** Flags of `docker run` one by one: what they set, and what they refuse. */
import type { Case } from '../contract.ts';

const hostConfig = (name: string, ...keys: string[]) => ({
  run: `docker inspect ${name}`,
  json: true,
  pick: keys.map((key) => `0.HostConfig.${key}`),
});

export const options: readonly Case[] = [
  {
    name: 'options/labels-and-annotations',
    steps: [
      { file: 'labels', text: '# of a file\nfrom=file\nbare\nwith=a = b\n' },
      'docker create --name box-a --label one --label two= --label three=x=y --label-file $DIR/labels --annotation a.b/c=d busybox true',
      { run: 'docker inspect box-a', json: true, pick: ['0.Config.Labels', '0.HostConfig.Annotations'] },
      'docker create --label-file $DIR/none busybox true',
      'docker create --label =x busybox true',
      'docker create --annotation =x busybox true',
    ],
  },
  {
    name: 'options/attach-to-one-stream',
    steps: [
      'docker run --rm -a stdout busybox sh -c "echo out; echo err >&2"',
      'docker run --rm -a stderr busybox sh -c "echo out; echo err >&2"',
      { run: 'docker run --rm -a stdin -a stdout -i busybox cat', input: 'through\n' },
      'docker run -d -a stdout busybox true',
      'docker run --rm -a nonsense busybox true',
    ],
  },
  {
    name: 'options/detach-keys',
    steps: [
      {
        run: 'docker run -it --name box-a --detach-keys ctrl-a,x busybox sh -c "echo ready; sleep 60"',
        tty: true,
        input: '\x01x',
        after: /ready/,
        detaches: true,
      },
      'docker inspect -f {{.State.Running}} box-a',
      'docker run --rm -it --detach-keys ctrl-nonsense busybox true',
      { run: 'docker attach --detach-keys ctrl-nonsense box-a', input: '' },
    ],
  },
  {
    name: 'options/pull-and-platform',
    steps: [
      'docker run --rm --pull never busybox true',
      'docker run --rm --pull nonsense busybox true',
      'docker run --rm --platform linux/amd64 busybox true',
      'docker run --rm --pull never --platform linux/nonsense busybox true',
      'docker run --rm --pull never --platform windows/amd64 busybox true',
      'docker run --rm --platform a/b/c/d busybox true',
    ],
  },
  {
    name: 'options/runtime-and-isolation',
    steps: [
      'docker run --rm --runtime no-such busybox true',
      'docker run --rm --runtime runc busybox echo by name',
      'docker run --rm --isolation hyperv busybox true',
      'docker run --rm --isolation default busybox true',
    ],
  },
  {
    name: 'options/graphics-and-cdi',
    steps: [
      'docker run --rm --gpus all busybox true',
      'docker run --rm --gpus 2 busybox true',
      'docker create --device vendor.example/class=name busybox true',
      'docker ps -aq',
    ],
  },
  {
    name: 'options/expose',
    steps: [
      'docker create --name box-a --expose 80 --expose 90-92 --expose 53/udp busybox true',
      { run: 'docker inspect box-a', json: true, pick: ['0.Config.ExposedPorts'] },
      'docker create --expose 70000 busybox true',
      'docker create --expose 80/nonsense busybox true',
    ],
  },
  {
    name: 'options/tmpfs',
    steps: [
      'docker run --rm --tmpfs /a --tmpfs /b:ro --tmpfs /c:exec,size=2m,uid=7,gid=8,mode=1750 --tmpfs /d:nr_inodes=10 busybox sh -c "grep -E \' /[abcd] \' /proc/mounts | sort; stat -c %a:%u:%g /a /c"',
      'docker run --rm --tmpfs /a:nonsense busybox true',
      'docker run --rm --tmpfs relative busybox true',
      'docker run --rm --mount type=tmpfs,dst=/m,tmpfs-size=1m,tmpfs-mode=700 busybox sh -c "grep \' /m \' /proc/mounts; stat -c %a /m"',
      'docker run --rm --mount type=tmpfs,dst=/m,src=x busybox true',
      'docker run --rm --mount type=tmpfs,dst=/etc busybox sh -c "ls /etc"',
      'docker run --rm --tmpfs /root --tmpfs /etc --tmpfs /tmp --tmpfs /new busybox stat -c %a:%u:%g:%n /root /etc /tmp /new',
    ],
  },
  {
    name: 'options/mounts-of-binds',
    steps: [
      'docker create --name box-a --mount type=bind,src=$DIR,dst=/d,bind-propagation=rslave,readonly --mount type=bind,src=$DIR,dst=/e,bind-nonrecursive busybox true',
      { run: 'docker inspect box-a', json: true, pick: ['0.Mounts', '0.HostConfig.Mounts'], unordered: true },
      'docker run --rm --mount type=bind,src=$DIR,dst=/d,bind-propagation=nonsense busybox true',
      'docker run --rm --mount type=bind,src=$DIR,dst=/d,volume-nocopy busybox true',
      'docker run --rm --mount type=bind,dst=/d busybox true',
      'docker run --rm --mount type=bind,src=$DIR busybox true',
      'docker run --rm --mount type=bind,src=relative,dst=/d busybox true',
      'docker run --rm --mount type=bind,src=$DIR,dst=/d,nonsense=1 busybox true',
      'docker run --rm --mount type=bind,src=$DIR,dst=/d,bind-recursive=readonly busybox true',
    ],
  },
  {
    name: 'options/mounts-read-only-below',
    steps: [
      'docker run --rm --mount type=bind,src=$DIR,dst=/d,readonly,bind-propagation=rprivate,bind-recursive=readonly busybox sh -c "touch /d/x; echo $?"',
      'docker run --rm --mount type=bind,src=$DIR,dst=/d,readonly,bind-recursive=writable busybox sh -c "touch /d/x; echo $?"',
      'docker run --rm --mount type=bind,src=$DIR,dst=/d,bind-recursive=nonsense busybox true',
      'docker run --rm --mount type=bind,src=$DIR,dst=/d,bind-recursive=disabled busybox touch /d/made',
      { inside: 'ls $DIR' },
    ],
    since: 28,
  },
  {
    name: 'options/mounts-of-guarded-sources',
    steps: [
      { inside: 'mkdir $DIR/a $DIR/b' },
      { inside: 'mount -t tmpfs -o nosuid,nodev,noexec,noatime,size=1m tmpfs $DIR/a' },
      { inside: 'mount --bind $DIR/b $DIR/b' },
      { inside: 'mount -o remount,bind,ro,nosuid $DIR/b' },
      "docker run --rm -v $DIR/a:/a -v $DIR/a:/b:ro -v $DIR/b:/c busybox sh -c \"grep -E ' /[abc] ' /proc/mounts | cut -d' ' -f2-4 | sort; touch /c/x\"",
      'docker volume create -o type=none -o o=bind -o device=$DIR/a v1',
      "docker run --rm -v v1:/a -v $DIR:/d busybox sh -c \"grep -E ' /(a|d/a) ' /proc/mounts | cut -d' ' -f2-4 | sort\"",
      'docker run --rm -v $DIR/a:/a:rslave busybox true',
      'docker run --rm -v $DIR/a:/a:shared busybox true',
      'docker run --rm --ipc shareable --shm-size 2m busybox grep /dev/shm /proc/mounts',
      'docker volume rm v1',
      { inside: 'umount $DIR/a $DIR/b' },
    ],
  },
  {
    name: 'options/mount-propagation',
    steps: [
      "docker run --rm -v $DIR:/d busybox sh -c \"grep ' /d ' /proc/self/mountinfo | grep -oE '(shared|master|propagate_from):' | sort\"",
      'docker run --rm -v $DIR:/d:rshared busybox true',
      'docker run --rm -v $DIR:/d:rslave busybox true',
      'docker run --rm -v $DIR:/d:z busybox touch /d/made',
      'docker run --rm -v $DIR:/d:Z,ro busybox touch /d/made',
      'docker run --rm -v $DIR:/d:cached busybox true',
      'docker run --rm -v $DIR:/d:ro,rw busybox true',
      'docker run --rm -v $DIR:/d:shared,slave busybox true',
    ],
  },
  {
    name: 'options/mounts-of-volumes',
    steps: [
      'docker run --rm --mount type=volume,src=v1,dst=/d,volume-label=a=b,volume-driver=local busybox sh -c "mkdir /d/sub; echo in sub > /d/sub/f"',
      { run: 'docker volume inspect v1', json: true, pick: ['0.Labels', '0.Driver', '0.Options'] },
      'docker run --rm --mount type=volume,src=v1,dst=/d,volume-subpath=sub busybox cat /d/f',
      'docker run --rm --mount type=volume,src=v1,dst=/d,volume-subpath=none busybox true',
      'docker run --rm --mount type=volume,src=v1,dst=/d,volume-subpath=../up busybox true',
      'docker run --rm --mount type=volume,src=v1,dst=/d,volume-subpath=/sub busybox true',
      'docker run --rm --mount type=volume,src=bad/name,dst=/d busybox true',
      'docker run --rm --mount type=volume,dst=/d busybox true',
      'docker run --rm --mount type=volume,src=v1,dst=/d,volume-opt=type=tmpfs busybox true',
    ],
    since: 28,
  },
  {
    name: 'options/volumes-from',
    steps: [
      'docker run --name src -v v1:/v1 -v $DIR:/bound:ro --tmpfs /t busybox sh -c "echo shared > /v1/f"',
      'docker run --rm --volumes-from src busybox sh -c "cat /v1/f; touch /bound/x; ls -d /t"',
      'docker run --rm --volumes-from src:ro busybox touch /v1/x',
      'docker run --rm --volumes-from src:rw busybox touch /v1/x /bound/x',
      'docker run --rm --volumes-from src:nonsense busybox true',
      'docker run --rm --volumes-from src -v v2:/v1 busybox ls /v1',
      'docker create --name copy --volumes-from src busybox true',
      {
        run: 'docker inspect copy',
        json: true,
        pick: ['0.Mounts', '0.HostConfig.VolumesFrom'],
        unordered: true,
      },
    ],
  },
  {
    name: 'options/volume-driver-and-odd-binds',
    steps: [
      'docker run --rm -v /:/host:ro busybox ls -d /host/etc',
      'docker run --rm -v v1:/d:nocopy,ro busybox touch /d/x',
      'docker run --rm -v aa:b:c:d busybox true',
      'docker run --rm -v "" busybox true',
      'docker run --rm -v /d/ -v /d busybox true',
    ],
  },
  {
    name: 'options/names',
    steps: [
      'docker create --name aa busybox',
      'docker create --name .a busybox',
      'docker create --name a/b busybox',
      'docker create --name ÄÖ busybox',
      'docker create --name /slash busybox',
      'docker create --name with.all_kinds-0 busybox',
      `docker create --name ${'n'.repeat(300)} busybox`,
      { run: 'docker ps -a --format {{.Names}}', unordered: true },
    ],
  },
  {
    name: 'options/hostnames',
    steps: [
      `docker run --rm --hostname ${'h'.repeat(64)} busybox true`,
      `docker create --name box-a --hostname ${'h'.repeat(63)} busybox true`,
      'docker run --rm --hostname under_score busybox hostname',
      'docker run --rm --domainname example.org --hostname h busybox cat /proc/sys/kernel/domainname',
      'docker run --rm --network host --hostname own busybox hostname',
      'docker run --rm --uts host --hostname own busybox true',
    ],
  },
  {
    name: 'options/command-words',
    steps: [
      `docker run --rm busybox printf '<%s>' "two words" "" 'quote"s' "$HOME" '\\'`,
      'docker run --rm busybox ""',
      'docker run --rm --entrypoint "" busybox',
      'docker create --name box-a --entrypoint "/bin/echo" busybox -n',
      {
        run: 'docker inspect box-a',
        json: true,
        pick: ['0.Path', '0.Args', '0.Config.Cmd', '0.Config.Entrypoint'],
      },
      "docker run --rm busybox printf '%s\\n' ünïcode 日本",
    ],
  },
  {
    name: 'options/images-by-id',
    steps: [
      'docker run --rm $BUSYBOX echo by id',
      'docker run --rm sha256:$BUSYBOX echo by digest',
      'docker run --rm busybox:latest echo by tag',
      'docker run --rm docker.io/library/busybox echo by its full name',
      { run: 'docker create --name box-a sha256:$BUSYBOX true' },
      { run: 'docker inspect box-a', json: true, pick: ['0.Image', '0.Config.Image'] },
      'docker ps -a --format {{.Image}}',
    ],
  },
  {
    name: 'options/environment-files',
    steps: [
      { file: 'bad', text: 'A=1\n B C=2\n' },
      { file: 'odd', text: 'QUOTED="x"\nEMPTY=\nSPACES= a b \n#NOT=x\n' },
      'docker run --rm --env-file $DIR/none busybox true',
      'docker run --rm --env-file $DIR/bad busybox true',
      { run: 'docker run --rm --hostname box-h --env-file $DIR/odd busybox env', unordered: true },
      { run: 'docker run --rm --hostname box-h -e A=1 -e A=2 -e "M=a\nb" busybox env', unordered: true },
      'docker create --name box-a -e A=1 -e B= -e C busybox true',
      { run: 'docker inspect box-a', json: true, pick: ['0.Config.Env'], unordered: true },
    ],
  },
  {
    name: 'options/removed-after-a-failed-start',
    steps: [
      'docker run --rm --name box-a busybox /no/such/program',
      'docker run -d --rm --name box-c busybox /no/such/program',
      { until: 'docker ps -aq', fits: /^$/ },
      'docker ps -aq',
    ],
  },
  {
    name: 'options/health-of-all-kinds',
    steps: [
      'docker create --name box-a --health-cmd "exit 1" --health-interval 2s --health-timeout 3s --health-retries 4 --health-start-period 5s --health-start-interval 6s busybox true',
      { run: 'docker inspect box-a', json: true, pick: ['0.Config.Healthcheck', '0.State.Health'] },
      'docker create --no-healthcheck --health-cmd true busybox true',
      'docker create --name box-b --no-healthcheck busybox true',
      { run: 'docker inspect box-b', json: true, pick: ['0.Config.Healthcheck', '0.State.Health'] },
      'docker create --health-interval 1us --health-cmd true busybox true',
      'docker create --health-retries -1 --health-cmd true busybox true',
      'docker create --health-timeout -1s --health-cmd true busybox true',
    ],
  },
  {
    name: 'options/health-log',
    steps: [
      'docker run -d --name box-a --health-cmd "echo said; sleep 0.3; echo wrong >&2; exit 3" --health-interval 200ms --health-retries 1 busybox sleep 60',
      { until: 'docker inspect -f {{.State.Health.Status}} box-a', fits: /unhealthy/ },
      {
        run: 'docker inspect box-a',
        json: true,
        pick: ['0.State.Health.Status', '0.State.Health.Log.0.ExitCode', '0.State.Health.Log.0.Output'],
      },
      'docker run -d --name box-b --health-cmd "sleep 60" --health-timeout 200ms --health-interval 200ms --health-retries 1 busybox sleep 60',
      { until: 'docker inspect -f {{.State.Health.Status}} box-b', fits: /unhealthy/ },
      {
        run: 'docker inspect box-b',
        json: true,
        pick: ['0.State.Health.Log.0.ExitCode', '0.State.Health.Log.0.Output'],
      },
    ],
  },
  {
    name: 'options/log-options',
    steps: [
      'docker create --log-driver json-file --log-opt mode=nonsense busybox true',
      'docker create --log-driver none --log-opt max-size=1m busybox true',
      'docker create --name box-a --log-opt mode=non-blocking --log-opt max-buffer-size=1m busybox true',
      hostConfig('box-a', 'LogConfig.Type'),
      'docker run --name box-b --log-opt tag=x/{{.Name}} --log-opt labels-regex=^te --log-opt env-regex=^Z --label team=x -e ZED=1 busybox echo line',
      'docker logs --details box-b',
    ],
  },
  {
    name: 'options/storage-size',
    steps: [
      'docker create --storage-opt nonsense=1 busybox true',
      'docker create --storage-opt size=1G busybox true',
    ],
  },
  {
    name: 'options/stop-settings',
    steps: [
      'docker create --name box-a --stop-signal 10 --stop-timeout -1 busybox true',
      { run: 'docker inspect box-a', json: true, pick: ['0.Config.StopSignal', '0.Config.StopTimeout'] },
      'docker create --stop-signal SIGRTMIN+3 busybox true',
      'docker create --stop-signal 99 busybox true',
      'docker create --stop-signal "" busybox true',
    ],
  },
  {
    name: 'options/restart-policies-refused',
    steps: [
      'docker create --restart on-failure:x busybox true',
      'docker create --restart on-failure:-1 busybox true',
      'docker create --restart no:1 busybox true',
      'docker create --restart unless-stopped:2 busybox true',
      'docker create --name box-a --restart "" busybox true',
      hostConfig('box-a', 'RestartPolicy'),
    ],
  },
];
