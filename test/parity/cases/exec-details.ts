import type { Case } from '../contract.ts';

const background = 'docker run -d --name box-a --hostname box-h busybox sleep 60';
const moments = ['Pid', 'ID', 'ContainerID'];

export const execDetails: readonly Case[] = [
  {
    name: 'exec/life-by-the-api',
    steps: [
      background,
      {
        api: 'POST /containers/box-a/exec',
        body: { Cmd: ['sh', '-c', 'exit 3'], Env: ['A=1'], WorkingDir: '/tmp', User: '7', Tty: false },
        keep: 'EXEC',
        json: true,
      },
      { api: 'GET /exec/$EXEC/json', json: true, drop: moments },
      { api: 'POST /exec/$EXEC/start', body: { Detach: true }, json: true },
      { until: 'docker exec box-a sh -c "ps | grep -c \'exi[t]\'"', fits: /^0/ },
      { api: 'GET /exec/$EXEC/json', json: true, drop: moments },
      { api: 'POST /exec/$EXEC/start', body: { Detach: true }, json: true },
      { api: 'POST /exec/$EXEC/resize?h=10&w=20', json: true },
    ],
  },
  {
    name: 'exec/attached-by-the-api',
    steps: [
      background,
      {
        api: 'POST /containers/box-a/exec',
        body: {
          Cmd: ['sh', '-c', 'echo out; sleep 1; echo err >&2'],
          AttachStdout: true,
          AttachStderr: true,
        },
        keep: 'EXEC',
        json: true,
      },
      { api: 'POST /exec/$EXEC/start', body: { Detach: false, Tty: false }, headers: ['content-type'] },
      { api: 'GET /exec/$EXEC/json', json: true, pick: ['Running', 'ExitCode', 'OpenStdout', 'OpenStdin'] },
      {
        api: 'POST /containers/box-a/exec',
        body: { Cmd: ['no-such'], AttachStdout: true },
        keep: 'BAD',
        json: true,
      },
      { api: 'POST /exec/$BAD/start', body: {}, json: true },
      { api: 'GET /exec/$BAD/json', json: true, pick: ['Running', 'ExitCode'] },
    ],
  },
  {
    name: 'exec/with-a-terminal',
    steps: [
      background,
      { run: 'docker exec -t box-a env', tty: true },
      { run: 'docker exec -t -e TERM=dumb box-a sh -c "echo $TERM; stat -c %F /dev/pts/0"', tty: true },
      {
        run: 'docker exec -it --detach-keys ctrl-b,d box-a sh -c "echo ready; sleep 60"',
        tty: true,
        input: '\x02d',
        after: /ready/,
      },
      'docker exec box-a ps -o args',
    ],
  },
  {
    name: 'exec/environment-files',
    steps: [
      background,
      { file: 'env', text: 'A=1\n# no\nB=two words\n' },
      { run: 'docker exec --env-file $DIR/env -e C=3 box-a env', unordered: true },
      'docker exec --env-file $DIR/none box-a env',
      { run: 'docker exec -e HOME=/x -u nobody box-a env', unordered: true },
      { run: 'docker exec -u 4321 box-a env', unordered: true },
    ],
  },
  {
    name: 'exec/users-and-groups',
    steps: [
      'docker run -d --name box-a -u 33 --group-add 77 busybox sleep 60',
      'docker exec box-a id',
      'docker exec -u 0 box-a id',
      'docker exec -u 0:0 box-a id',
      'docker exec -u www-data box-a id',
      'docker exec -u :7 box-a id',
      'docker exec -u -1 box-a id',
    ],
  },
  {
    name: 'exec/limits-of-the-container',
    steps: [
      'docker run -d --name box-a -m 32m --pids-limit 9 --ulimit nofile=77 --oom-score-adj 50 busybox sleep 60',
      'docker exec box-a sh -c "cat /proc/self/oom_score_adj; ulimit -n; cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/pids/pids.max"',
      'docker exec box-a cat /proc/self/cgroup',
      'docker exec --privileged box-a grep NoNewPrivs /proc/self/status',
    ],
  },
  {
    name: 'exec/shown-by-inspect',
    steps: [
      background,
      { run: 'docker inspect -f {{.ExecIDs}} box-a' },
      'docker exec -d box-a sleep 50',
      { run: 'docker inspect -f "{{len .ExecIDs}}" box-a' },
      'docker kill box-a',
      { run: 'docker inspect -f {{.ExecIDs}} box-a' },
      'docker exec box-a true',
    ],
  },
  {
    name: 'exec/refused-by-the-api',
    steps: [
      background,
      { api: 'POST /containers/nobody/exec', body: { Cmd: ['true'] }, json: true },
      {
        api: 'POST /containers/box-a/exec',
        body: { Cmd: ['true'], DetachKeys: 'ctrl-nonsense' },
        json: true,
      },
      { api: 'POST /containers/box-a/exec', body: { Cmd: ['true'], ConsoleSize: [1, 2] }, json: true },
      { api: 'POST /exec/nope/resize?h=1&w=1', json: true },
      { api: 'POST /exec/nope/resize?h=x', json: true },
      { api: 'POST /exec/nope/start', body: {}, json: true },
      { api: 'GET /v1.24/exec/nope/json', json: true },
    ],
  },
];
