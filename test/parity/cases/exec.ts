import type { Case } from '../contract.ts';

const background = 'docker run -d --name box-a --hostname box-h -e FROM=run busybox sleep 60';

export const exec: readonly Case[] = [
  {
    name: 'exec/output-and-exit-code',
    steps: [
      background,
      'docker exec box-a echo hello',
      'docker exec box-a sh -c "echo out; echo err >&2; exit 4"',
      'docker exec box-a no-such-program',
      'docker exec box-a /etc/passwd',
      'docker exec box-a /no/such',
      'docker exec nobody true',
      'docker exec box-a sh -c "kill -9 $$"',
      'docker exec box-a',
    ],
  },
  {
    name: 'exec/environment-user-directory',
    steps: [
      background,
      { run: 'docker exec box-a env', unordered: true },
      { run: 'docker exec -e X=1 -e FROM=exec box-a env', unordered: true },
      'docker exec -w /tmp box-a pwd',
      'docker exec -w /no/such box-a pwd',
      'docker exec -u nobody box-a id',
      'docker exec -u 5:6 box-a id',
      'docker exec -u no-such box-a id',
      'docker exec box-a sh -c "grep -E ^Cap /proc/self/status"',
      'docker exec --privileged -u 5 box-a id',
    ],
  },
  {
    name: 'exec/standard-input-and-terminal',
    steps: [
      background,
      { run: 'docker exec -i box-a cat', input: 'typed\n' },
      { run: 'docker exec box-a cat', input: 'not read\n' },
      { run: 'docker exec -t box-a tty', tty: true },
      {
        run: 'docker exec -it box-a sh -c "echo ready; read x; echo got:$x"',
        tty: true,
        input: 'y\n',
        after: /ready/,
      },
      { run: 'docker exec -it box-a true', input: '' },
    ],
  },
  {
    name: 'exec/detached',
    steps: [
      background,
      'docker exec -d box-a sh -c "echo there > /tmp/mark"',
      { until: 'docker exec box-a cat /tmp/mark', fits: /there/ },
      'docker exec -d box-a no-such-program',
      'docker exec -d box-a sleep 50',
      'docker exec box-a ps -o comm',
    ],
  },
  {
    name: 'exec/not-running',
    steps: [
      'docker create --name box-a busybox true',
      'docker exec box-a true',
      'docker start -a box-a',
      'docker exec box-a true',
      { api: 'POST /containers/box-a/exec', body: { Cmd: ['true'] }, json: true },
      { api: 'POST /exec/nope/start', body: { Detach: true }, json: true },
      { api: 'GET /exec/nope/json', json: true },
    ],
  },
  {
    name: 'exec/api',
    steps: [
      background,
      { api: 'POST /containers/box-a/exec', body: { Cmd: [] }, json: true },
      { api: 'POST /containers/box-a/exec', body: {}, json: true },
      { api: 'POST /containers/box-a/exec', body: { Cmd: ['true'], User: 'x:y:z' }, statusOnly: true },
    ],
  },
];
