import type { Case } from '../contract.ts';

export const logs: readonly Case[] = [
  {
    name: 'logs/streams-and-tail',
    steps: [
      `docker run --name box-a busybox sh -c "for i in 1 2 3 4 5; do echo line $i; done; sleep 1; echo bad >&2"`,
      'docker logs box-a',
      'docker logs --tail 2 box-a',
      'docker logs --tail 0 box-a',
      'docker logs --tail all box-a',
      'docker logs --tail nonsense box-a',
      'docker logs -n 1 box-a',
      'docker logs -t box-a',
      'docker logs --details box-a',
      'docker logs --since 1h box-a',
      'docker logs --until 1h box-a',
      'docker logs --since nonsense box-a',
      'docker logs -f box-a',
    ],
  },
  {
    name: 'logs/follow',
    steps: [
      `docker run -d --name box-a busybox sh -c "for i in 1 2 3 4 5 6; do echo line $i; sleep 0.1; done"`,
      'docker logs -f box-a',
      'docker logs -f --tail 1 box-a',
    ],
  },
  {
    name: 'logs/odd-lines',
    steps: [
      `docker run --name box-a busybox sh -c "printf 'no newline'"`,
      'docker logs box-a',
      `docker run --name box-b busybox sh -c "head -c 40000 /dev/zero | tr '\\0' x; echo; echo; echo end"`,
      'docker logs --tail 2 box-b',
      'docker logs box-b',
      `docker run --name box-c busybox printf 'tab\\there \\001 \\377 "quoted" back\\\\slash\\r\\n'`,
      'docker logs box-c',
      { run: `docker run -t --name box-d busybox sh -c "echo out; echo err >&2"`, tty: true },
      'docker logs box-d',
    ],
  },
  {
    name: 'logs/drivers',
    steps: [
      'docker run --name box-a --log-driver none busybox echo shown',
      'docker logs box-a',
      'docker run --name box-b --log-driver local busybox echo kept',
      'docker logs box-b',
      'docker run --name box-c --log-opt max-size=1k --log-opt max-file=2 busybox sh -c "for i in 1 2 3 4 5 6 7 8 9; do echo line number $i; done"',
      'docker logs box-c',
      'docker run --log-opt nonsense=1 busybox true',
      'docker run --log-opt max-size=big busybox true',
      'docker run --log-opt max-file=0 busybox true',
      'docker run --name box-e --log-opt labels=team --label team=x --log-opt env=Z -e Z=1 busybox echo tagged',
      'docker logs --details box-e',
      { run: 'docker inspect box-e', json: true, pick: ['0.HostConfig.LogConfig', '0.LogPath'] },
    ],
  },
  {
    name: 'logs/attach',
    steps: [
      'docker run -d -i --name box-a busybox sh -c "read x; echo late $x; sleep 4; exit 3"',
      { run: 'docker attach box-a', input: 'and answered\n', statusOnly: true },
      'docker attach box-a',
      'docker attach nobody',
      // Where the process's input stays open behind an attached client, the end of what the client sends ends the
      // client's output too; what was printed before that is a matter of luck, in either engine.
      'docker run -d -i --name box-b busybox sh -c "read x; sleep 2; echo $x"',
      { run: 'docker attach box-b', input: 'echoed\n' },
      { until: 'docker ps -a', fits: /Exited \(0\).*box-b/ },
      'docker logs box-b',
    ],
  },
];
