import type { Case } from '../contract.ts';

export const run: readonly Case[] = [
  { name: 'run/true', steps: ['docker run --rm busybox true', 'docker ps -a'] },
  {
    name: 'run/output-and-exit-code',
    steps: [`docker run --rm busybox sh -c "echo out; echo err >&2; exit 3"`],
  },
  {
    name: 'run/exit-codes',
    steps: [
      'docker run --rm busybox false',
      'docker run --rm busybox sh -c "exit 42"',
      'docker run --rm busybox sh -c "kill -9 $$"',
      'docker run --rm busybox sh -c "exit 255"',
      'docker run --rm busybox /no/such/program',
      'docker run --rm busybox no-such-program',
      'docker run --rm busybox /etc',
      'docker run --rm busybox /etc/passwd',
      'docker run --rm --no-such-flag busybox true',
      'docker run --rm',
    ],
  },
  {
    name: 'run/detached',
    steps: [
      'docker run -d --name web busybox sleep 60',
      'docker ps --format "{{.Names}}|{{.Image}}|{{.Command}}|{{.Status}}|{{.Ports}}"',
      'docker ps',
      'docker rm -f web',
      'docker ps -aq',
    ],
  },
  {
    name: 'run/standard-input',
    steps: [
      { run: 'docker run --rm -i busybox cat', input: 'one\ntwo\n' },
      { run: 'docker run --rm -i busybox wc -c', input: 'x'.repeat(300_000) },
      { run: 'docker run --rm busybox cat', input: 'nobody reads this' },
      { run: 'docker run --rm -i busybox head -n 1', input: 'first\nsecond\n' },
    ],
  },
  {
    name: 'run/terminal',
    steps: [
      { run: 'docker run --rm -t busybox sh -c "tty; echo done"', tty: true },
      {
        run: 'docker run --rm -it busybox sh -c "echo ready; read x; echo got:$x; exit 7"',
        tty: true,
        input: 'hello\n',
        after: /ready/,
      },
      { run: 'docker run --rm -t busybox sh -c "echo out; echo err >&2"', tty: true },
      { run: 'docker run --rm -it busybox true', input: '' },
    ],
  },
  {
    name: 'run/name-taken',
    steps: [
      'docker run -d --name same busybox sleep 60',
      'docker run -d --name same busybox sleep 60',
      'docker create --name same busybox true',
      'docker ps -a --format {{.Names}}',
    ],
  },
  {
    name: 'run/programs-that-the-kernel-refuses',
    steps: [
      `docker create --name box-a busybox sh -c 'printf "echo hi\\n" > /bare; printf "#!/no-such\\n" > /lost; chmod 755 /bare /lost'`,
      'docker start -a box-a',
      'docker commit box-a odd',
      'docker run --rm odd /bare',
      'docker run --rm odd /lost',
      'docker run --name box-b odd /bare',
      'docker logs box-b',
      'docker run -d --name box-c odd sleep 60',
      'docker exec box-c /lost',
    ],
  },
  {
    name: 'run/mounts-by-links-of-the-image',
    steps: [
      'docker run --name box-a busybox sh -c "mkdir /real; ln -s /real /link; ln -s /no-such /lost; ln -s ../../gone/deep /far"',
      'docker commit box-a linked',
      { file: 'seen', text: 'seen\n' },
      'docker run --rm -v $DIR:/link linked ls /real',
      'docker run --rm -v $DIR:/lost linked ls /no-such /lost/',
      'docker run --rm -v $DIR:/lost/below linked ls /no-such/below',
      'docker run --rm -v $DIR/seen:/far linked cat /gone/deep',
      'docker run --rm -v vol:/far linked sh -c "touch /far/x; ls /gone/deep"',
      'docker run --rm --tmpfs /lost linked sh -c "cut -d\' \' -f2,3 /proc/mounts | grep no-such"',
    ],
  },
  {
    name: 'run/start-fails-leaves-the-container',
    steps: [
      'docker run --name broken busybox /no/such/program',
      'docker ps -a --format "{{.Names}} {{.Status}}"',
      {
        run: 'docker inspect broken',
        json: true,
        pick: ['0.State'],
        drop: ['0.State.FinishedAt', '0.State.StartedAt'],
      },
    ],
  },
  {
    name: 'run/cidfile',
    steps: [
      'docker run --cidfile $DIR/id --name box-c busybox true',
      'docker run --cidfile $DIR/id --name box-d busybox true',
    ],
  },
  {
    name: 'run/image-missing',
    steps: [
      'docker run --pull never no-such-image true',
      'docker run --pull never no-such-image:tag@sha256:0000000000000000000000000000000000000000000000000000000000000000 true',
      'docker run UPPER true',
      'docker create --pull never no-such-image',
    ],
  },
  {
    name: 'run/init',
    steps: [
      `docker run --rm --init busybox sh -c "ps -o comm | head -n 3"`,
      { run: 'docker run -d --init --name init busybox sleep 60' },
      { run: 'docker inspect init', json: true, pick: ['0.HostConfig.Init', '0.Path', '0.Args'] },
      'docker stop init',
      { run: 'docker inspect init', json: true, pick: ['0.State.ExitCode'] },
    ],
  },
  {
    name: 'run/read-only-and-tmpfs',
    steps: [
      `docker run --rm --read-only busybox sh -c "touch /x; echo $?"`,
      `docker run --rm --read-only --tmpfs /scratch busybox sh -c "touch /scratch/x && echo ok; grep ' /scratch ' /proc/mounts"`,
      `docker run --rm --tmpfs /s:size=1m,mode=700 busybox sh -c "grep ' /s ' /proc/mounts; stat -c %a /s"`,
      `docker run --rm --shm-size 8m busybox grep ' /dev/shm ' /proc/mounts`,
    ],
  },
  {
    name: 'run/mounts-of-a-container',
    steps: [
      `docker run --rm busybox sh -c "cut -d ' ' -f 2,3 /proc/mounts | sort"`,
      `docker run --rm busybox sh -c "grep -E ' /(proc|sys|dev)' /proc/mounts | grep -v cgroup | sort"`,
      'docker run --rm busybox ls -l /dev',
      {
        run: 'docker run --rm busybox find / -xdev -newer /bin/busybox -not -path "/proc*" -not -path "/sys*"',
        unordered: true,
      },
    ],
  },
  {
    name: 'run/sysctl',
    steps: [
      'docker run --rm --sysctl net.ipv4.ip_forward=0 busybox cat /proc/sys/net/ipv4/ip_forward',
      'docker run --rm --sysctl kernel.msgmax=4096 busybox cat /proc/sys/kernel/msgmax',
      'docker run --rm --sysctl kernel.no_such=1 busybox true',
      'docker run --rm --network host --sysctl net.ipv4.ip_forward=0 busybox true',
      'docker run --rm busybox cat /proc/sys/net/ipv4/ping_group_range /proc/sys/net/ipv4/ip_unprivileged_port_start',
    ],
  },
  {
    name: 'run/ulimits',
    steps: [
      'docker run --rm --ulimit nofile=100:200 busybox sh -c "ulimit -Sn; ulimit -Hn"',
      'docker run --rm --ulimit core=0 busybox sh -c "ulimit -c"',
      'docker run --rm --ulimit nofile=300:200 busybox true',
      'docker run --rm --ulimit nosuch=1 busybox true',
    ],
  },
  {
    name: 'run/devices',
    steps: [
      'docker run --rm --device /dev/null:/dev/nothing busybox ls -l /dev/nothing',
      'docker run --rm --device /dev/fuse:/dev/fuse:rwm busybox ls -l /dev/fuse',
      'docker run --rm --device /dev/no-such busybox true',
      'docker run --rm busybox sh -c "mknod /x b 8 0 && dd if=/x of=/dev/null count=1; echo $?"',
    ],
  },
];
