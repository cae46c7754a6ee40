import type { Case } from '../contract.ts';

const file = (path: string) => `cat /sys/fs/cgroup/${path}`;

export const limits: readonly Case[] = [
  {
    name: 'limits/memory',
    steps: [
      `docker run --rm -m 32m busybox ${file('memory/memory.limit_in_bytes')} /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes`,
      `docker run --rm -m 32m --memory-swap 64m --memory-reservation 16m busybox ${file('memory/memory.soft_limit_in_bytes')}`,
      `docker run --rm -m 32m --memory-swap -1 busybox ${file('memory/memory.limit_in_bytes')}`,
      'docker run --rm -m 1m busybox true',
      'docker run --rm -m 32m --memory-swap 16m busybox true',
      'docker run --rm -m 16m --memory-reservation 32m busybox true',
      'docker run --rm --memory-swap 32m busybox true',
      'docker run --rm -m nonsense busybox true',
      'docker run --name oom -m 16m --memory-swap 16m busybox sh -c "x=a; while :; do x=$x$x; done"',
      { until: 'docker inspect -f {{.State.OOMKilled}} oom', fits: /true/ },
      {
        run: 'docker inspect oom',
        json: true,
        pick: ['0.State.OOMKilled', '0.State.ExitCode', '0.HostConfig.Memory'],
      },
      `docker run --rm --oom-score-adj 500 busybox cat /proc/self/oom_score_adj`,
    ],
  },
  {
    name: 'limits/cpu-and-pids',
    steps: [
      `docker run --rm --cpus 0.5 busybox ${file('cpu/cpu.cfs_quota_us')} /sys/fs/cgroup/cpu/cpu.cfs_period_us`,
      `docker run --rm --cpu-period 50000 --cpu-quota 10000 busybox ${file('cpu/cpu.cfs_quota_us')}`,
      `docker run --rm --cpu-shares 512 busybox ${file('cpu/cpu.shares')}`,
      `docker run --rm --cpuset-cpus 1 busybox sh -c "${file('cpuset/cpuset.cpus')}; nproc"`,
      'docker run --rm --cpuset-cpus 99 busybox true',
      'docker run --rm --cpuset-cpus x busybox true',
      'docker run --rm --cpus 100 busybox true',
      'docker run --rm --cpus 1 --cpu-quota 10000 busybox true',
      `docker run --rm --pids-limit 20 busybox ${file('pids/pids.max')}`,
      `docker run --rm --pids-limit -1 busybox ${file('pids/pids.max')}`,
      'docker run --rm --pids-limit 4 busybox sh -c "for i in 1 2 3 4 5 6; do sleep 1 & done; wait"',
      `docker run --rm --blkio-weight 5 busybox true`,
    ],
  },
  {
    name: 'limits/cgroup-path',
    steps: [
      'docker run --rm busybox cat /proc/self/cgroup',
      'docker run --rm --cgroupns private busybox cat /proc/self/cgroup',
      { run: 'docker run --name box-c --cgroupns host busybox cat /proc/self/cgroup' },
      {
        run: 'docker inspect box-c',
        json: true,
        pick: ['0.HostConfig.CgroupParent', '0.HostConfig.CgroupnsMode', '0.HostConfig.Cgroup'],
      },
      'docker run --rm busybox sh -c "ls /sys/fs/cgroup; touch /sys/fs/cgroup/memory/x"',
    ],
  },
];
