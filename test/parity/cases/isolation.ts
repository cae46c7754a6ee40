/** What a program in a container sees of the kernel: /proc, cgroups, namespaces, devices. */
import type { Case } from '../contract.ts';

const same = 'for n in cgroup ipc mnt net pid user uts; do';
/** Which namespaces a container shares with the host, told apart inside one that sees the host's processes. */
const namespaces = (flags: string) =>
  `docker run --rm --pid host --cap-add SYS_PTRACE ${flags} busybox sh -c "${same} [ \\"$(readlink /proc/1/ns/$n)\\" = \\"$(readlink /proc/self/ns/$n)\\" ] && echo $n shared || echo $n own; done"`;
const status = (fields: string) => `grep -E "^(${fields})" /proc/self/status`;

export const isolation: readonly Case[] = [
  {
    name: 'isolation/process-status',
    steps: [
      `docker run --rm busybox ${status('Uid|Gid|Groups|NoNewPrivs|Seccomp|Sig(Blk|Ign)|Cap|Threads')}`,
      `docker run --rm -u 33:50 --group-add 7 busybox ${status('Uid|Gid|Groups|Sig(Blk|Ign)|Cap')}`,
      'docker run -d --name box-a busybox sleep 60',
      `docker exec box-a ${status('Uid|Gid|Groups|NoNewPrivs|Seccomp|Sig(Blk|Ign)|Cap')}`,
      "docker exec box-a sh -c \"grep -E '^Sig(Blk|Ign|Cgt)' /proc/1/status; cat /proc/1/oom_score_adj /proc/1/comm; tr '\\0' ' ' < /proc/1/cmdline\"",
    ],
  },
  {
    name: 'isolation/limits-of-processes',
    steps: [
      'docker run --rm busybox cat /proc/self/limits',
      'docker run -d --name box-a --ulimit nofile=64:128 --ulimit core=0 --ulimit nproc=99 --ulimit memlock=65536 --ulimit cpu=1000 busybox sleep 60',
      'docker exec box-a cat /proc/self/limits',
      'docker exec box-a cat /proc/1/limits',
      { run: 'docker inspect box-a', json: true, pick: ['0.HostConfig.Ulimits'], unordered: true },
    ],
  },
  { name: 'isolation/namespaces-by-default', steps: [namespaces('')] },
  {
    name: 'isolation/namespaces-of-the-host',
    steps: [namespaces('--ipc host --uts host --network host --cgroupns host')],
  },
  {
    name: 'isolation/namespaces-of-cgroups',
    steps: [namespaces('--cgroupns private'), namespaces('--userns host')],
  },
  {
    name: 'isolation/user-namespace-and-keys',
    steps: [
      'docker run --rm busybox cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups /proc/self/loginuid',
      'docker run --rm busybox sh -c "wc -c < /proc/keys; wc -c < /proc/timer_list"',
    ],
  },
  {
    name: 'isolation/devices',
    steps: [
      'docker run --rm busybox sh -c "ls -l /dev | grep -v core; ls -ld /dev/pts /dev/shm /dev/mqueue; stat -c \'%a %u %g\' /dev"',
      {
        run: 'docker run --rm -t busybox sh -c "tty; stat -c \'%F %t\' /dev/console; ls /dev/pts"',
        tty: true,
      },
      'docker run --rm busybox sh -c "for d in null zero full random urandom tty; do stat -c \'%n %a %t:%T\' /dev/$d; done; head -c 3 /dev/zero | wc -c; echo x > /dev/full"',
    ],
  },
  {
    name: 'isolation/device-rules',
    steps: [
      { run: 'docker run --rm busybox sort /sys/fs/cgroup/devices/devices.list', unordered: true },
      {
        run: 'docker run --rm --device /dev/fuse:/dev/zap:r busybox sh -c "grep 10:229 /sys/fs/cgroup/devices/devices.list; ls -l /dev/zap"',
      },
      "docker run --rm --device-cgroup-rule 'c 42:* rmw' busybox grep 42: /sys/fs/cgroup/devices/devices.list",
      "docker run --rm --device-cgroup-rule 'x 42:* rmw' busybox true",
      "docker run --rm --device-cgroup-rule 'c 42 rmw' busybox true",
      'docker run --rm --device /dev/null:/dev/zap:xyz busybox true',
      'docker run --rm --device /etc busybox true',
    ],
  },
  {
    name: 'isolation/cgroup-values-by-default',
    steps: [
      'docker run --rm busybox sh -c "cd /sys/fs/cgroup; tail -n 9 memory/memory.limit_in_bytes memory/memory.swappiness memory/memory.oom_control memory/memory.soft_limit_in_bytes cpu/cpu.shares cpu/cpu.cfs_quota_us cpuset/cpuset.cpus cpuset/cpuset.mems pids/pids.max"',
      'docker run --rm busybox sh -c "ls /sys/fs/cgroup | grep -v net_; cat /sys/fs/cgroup/pids/pids.current"',
    ],
  },
  {
    name: 'isolation/cgroup-values-asked-for',
    steps: [
      'docker run --rm -m 48m --memory-reservation 24m --memory-swap 96m --memory-swappiness 30 --cpu-shares 300 --cpu-period 40000 --cpu-quota 8000 --cpuset-cpus 0 --cpuset-mems 0 --pids-limit 77 busybox sh -c "cd /sys/fs/cgroup; tail -n 9 memory/memory.limit_in_bytes memory/memory.memsw.limit_in_bytes memory/memory.swappiness memory/memory.soft_limit_in_bytes cpu/cpu.shares cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us cpuset/cpuset.cpus cpuset/cpuset.mems pids/pids.max"',
    ],
  },
  {
    name: 'isolation/standard-streams',
    steps: [
      'docker run --rm busybox sh -c "ls /proc/self/fd; stat -L -c %F /proc/self/fd/1 /proc/self/fd/2; readlink /proc/self/fd/0"',
      { run: 'docker run --rm -i busybox stat -L -c %F /proc/self/fd/0 /proc/self/fd/1', input: '' },
      {
        run: 'docker run --rm -t busybox readlink /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2',
        tty: true,
      },
      'docker run --rm busybox sh -c "echo one > /dev/stdout; echo two > /dev/stderr"',
    ],
  },
  {
    name: 'isolation/modes-and-umask',
    steps: [
      'docker run --rm busybox sh -c "umask; touch /x; mkdir /y; stat -c \'%n %a %u:%g\' /x /y / /tmp /etc /root /etc/hosts /etc/hostname /etc/resolv.conf /proc /sys"',
      'docker run --rm --read-only busybox sh -c "echo x > /etc/hosts; echo $?; echo x > /etc/resolv.conf; echo $?"',
      'docker run --rm busybox ls -a /',
      "docker run --rm busybox sh -c \"grep -E ' / ' /proc/mounts | cut -d ' ' -f 1,2,3; ls -l /etc/mtab; stat -c %s /.dockerenv\"",
    ],
  },
  {
    name: 'isolation/process-ids',
    steps: [
      'docker run --rm busybox sh -c "echo $$; ps -o pid,ppid,comm"',
      'docker run --rm busybox sh -c "cut -d \' \' -f 4,5,6,18,19 /proc/self/stat; nice"',
      'docker run --rm --cpuset-cpus 0 busybox grep Cpus_allowed_list /proc/self/status',
    ],
  },
  {
    name: 'isolation/kernel-settings',
    steps: [
      'docker run --rm busybox sh -c "cd /proc/sys; cat net/ipv4/ip_unprivileged_port_start net/ipv4/ping_group_range kernel/shmmni kernel/domainname fs/mqueue/msg_max net/ipv4/ip_forward"',
      'docker run --rm --sysctl kernel.shmmax=12345678 --sysctl fs.mqueue.msg_max=20 --sysctl net.core.somaxconn=77 busybox sh -c "cd /proc/sys; cat kernel/shmmax fs/mqueue/msg_max net/core/somaxconn"',
    ],
  },
  {
    name: 'isolation/oom-settings',
    steps: [
      'docker run --rm -m 32m --oom-kill-disable busybox cat /sys/fs/cgroup/memory/memory.oom_control',
      'docker run --rm --oom-kill-disable busybox true',
      'docker run --rm --oom-score-adj 1001 busybox true',
      'docker run -d --name box-a --oom-score-adj 300 busybox sleep 60',
      'docker exec box-a cat /proc/self/oom_score_adj',
    ],
  },
  {
    name: 'isolation/new-privileges-in-exec',
    steps: [
      'docker run -d --name box-a --security-opt no-new-privileges --cap-drop ALL --cap-add CHOWN busybox sleep 60',
      `docker exec box-a ${status('NoNewPrivs|Seccomp:|Cap')}`,
      `docker exec -u 7 box-a ${status('NoNewPrivs|Seccomp:|Cap')}`,
      'docker exec box-a cat /proc/self/attr/current',
      {
        run: 'docker inspect box-a',
        json: true,
        pick: ['0.HostConfig.SecurityOpt', '0.HostConfig.CapAdd', '0.HostConfig.CapDrop', '0.ProcessLabel'],
      },
    ],
  },
  {
    name: 'isolation/processes-of-another',
    steps: [
      'docker run -d --name box-a --hostname host-a busybox sleep 61',
      'docker run --rm --pid container:box-a busybox ps -o args',
      'docker run --rm --network container:box-a busybox hostname',
      'docker run --rm --network container:box-a --hostname other busybox hostname',
      'docker run --rm --uts host busybox sh -c "[ -n $(hostname) ] && echo named"',
      'docker create --name box-b --pid container:box-a busybox true',
      { run: 'docker inspect box-b', json: true, pick: ['0.HostConfig.PidMode', '0.Config.Hostname'] },
    ],
  },
];
