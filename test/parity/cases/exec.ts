import type { Case } from '../contract.ts';

const background = 'docker run -d --name a --hostname h -e FROM=run busybox sleep 60';

export const exec: readonly Case[] = [
  {
    name: 'exec/output-and-exit-code',
    steps: [
      background,
      'docker exec a echo hello',
      'docker exec a sh -c "echo out; echo err >&2; exit 4"',
      'docker exec a no-such-program',
      'docker exec a /etc/passwd',
      'docker exec a /no/such',
      'docker exec nobody true',
      'docker exec a sh -c "kill -9 $$"',
      'docker exec a',
    ],
  },
  {
    name: 'exec/environment-user-directory',
    steps: [
      background,
      'docker exec a env',
      'docker exec -e X=1 -e FROM=exec a env',
      'docker exec -w /tmp a pwd',
      'docker exec -w /no/such a pwd',
      'docker exec -u nobody a id',
      'docker exec -u 5:6 a id',
      'docker exec -u no-such a id',
      'docker exec a sh -c "grep -E ^Cap /proc/self/status"',
      'docker exec --privileged -u 5 a id',
    ],
  },
  {
    name: 'exec/standard-input-and-terminal',
    steps: [
      background,
      { run: 'docker exec -i a cat', input: 'typed\n' },
      { run: 'docker exec a cat', input: 'not read\n' },
      { run: 'docker exec -t a tty', tty: true },
      { run: 'docker exec -it a sh -c "read x; echo got:$x"', tty: true, input: 'y\n' },
      { run: 'docker exec -it a true', input: '' },
    ],
  },
  {
    name: 'exec/detached',
    steps: [
      background,
      'docker exec -d a sh -c "echo there > /tmp/mark"',
      { until: 'docker exec a cat /tmp/mark', fits: /there/ },
      'docker exec -d a no-such-program',
      'docker exec -d a sleep 50',
      'docker exec a ps -o comm',
    ],
  },
  {
    name: 'exec/not-running',
    steps: [
      'docker create --name a busybox true',
      'docker exec a true',
      'docker start -a a',
      'docker exec a true',
      { api: 'POST /containers/a/exec', body: { Cmd: ['true'] }, json: true },
      { api: 'POST /exec/nope/start', body: { Detach: true }, json: true },
      { api: 'GET /exec/nope/json', json: true },
    ],
  },
  {
    name: 'exec/api',
    steps: [
      background,
      { api: 'POST /containers/a/exec', body: { Cmd: [] }, json: true },
      { api: 'POST /containers/a/exec', body: {}, json: true },
      { api: 'POST /containers/a/exec', body: { Cmd: ['true'], User: 'x:y:z' }, statusOnly: true },
    ],
  },
];
