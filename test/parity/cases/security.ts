import type { Case } from '../contract.ts';

const caps = 'grep -E ^Cap /proc/self/status';

export const security: readonly Case[] = [
  {
    name: 'security/capabilities',
    steps: [
      `docker run --rm busybox ${caps}`,
      `docker run --rm --cap-drop ALL busybox ${caps}`,
      `docker run --rm --cap-drop ALL --cap-add NET_BIND_SERVICE busybox ${caps}`,
      `docker run --rm --cap-add SYS_ADMIN --cap-add cap_net_admin busybox ${caps}`,
      `docker run --rm --cap-drop CHOWN --cap-drop MKNOD busybox ${caps}`,
      'docker run --rm --cap-drop CHOWN busybox chown 1 /tmp',
      `docker run --rm --cap-add NO_SUCH busybox true`,
      `docker run --rm -u 1000 --cap-add NET_ADMIN busybox ${caps}`,
    ],
  },
  {
    name: 'security/seccomp-and-no-new-privileges',
    steps: [
      'docker run --rm busybox grep -E "^(Seccomp|NoNewPrivs)" /proc/self/status',
      'docker run --rm --security-opt seccomp=unconfined busybox grep ^Seccomp: /proc/self/status',
      'docker run --rm --security-opt no-new-privileges busybox grep ^NoNewPrivs /proc/self/status',
      'docker run --rm --security-opt no-new-privileges:false busybox grep ^NoNewPrivs /proc/self/status',
      'docker run --rm busybox unshare -m true',
      'docker run --rm --cap-add SYS_ADMIN busybox unshare -m true',
      'docker run --rm busybox mount -t tmpfs x /tmp',
      {
        file: 'profile.json',
        text: '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}',
      },
      'docker run --rm --security-opt seccomp=$DIR/profile.json busybox mkdir /x',
      'docker run --rm --security-opt seccomp=$DIR/missing.json busybox true',
      'docker run --rm --security-opt nonsense=1 busybox true',
    ],
  },
  {
    name: 'security/masked-and-read-only-paths',
    steps: [
      'docker run --rm busybox sh -c "head -c 1 /proc/kcore | wc -c; ls /proc/scsi /sys/firmware; echo x > /proc/sysrq-trigger"',
      'docker run --rm busybox sh -c "echo 1 > /proc/sys/kernel/domainname; touch /sys/x"',
      { run: 'docker create --name box-c busybox true' },
      {
        run: 'docker inspect box-c',
        json: true,
        pick: [
          '0.HostConfig.MaskedPaths',
          '0.HostConfig.ReadonlyPaths',
          '0.HostConfig.Privileged',
          '0.HostConfig.SecurityOpt',
          '0.AppArmorProfile',
        ],
      },
    ],
  },
  {
    name: 'security/namespaces',
    steps: [
      'docker run -d --name box-a --ipc shareable --hostname box-a busybox sleep 60',
      'docker run --rm --pid container:box-a busybox sh -c "ps -o args | grep -c ^sleep"',
      'docker run --rm --ipc container:box-a busybox true',
      'docker run --rm --ipc private busybox true',
      'docker run -d --name box-b --ipc private busybox sleep 60',
      'docker run --rm --ipc container:box-b busybox true',
      'docker run --rm --pid container:nobody busybox true',
      'docker run --rm --pid nonsense busybox true',
      'docker run --rm --ipc nonsense busybox true',
      'docker run --rm --uts host --hostname x busybox true',
      'docker run --rm --uts nonsense busybox true',
      'docker run --rm --userns nonsense busybox true',
    ],
  },
];
