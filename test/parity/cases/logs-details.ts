import type { Case } from '../contract.ts';

export const logsDetails: readonly Case[] = [
  {
    name: 'logs/since-and-until',
    steps: [
      'docker run --name aa busybox sh -c "echo one; echo two"',
      'docker logs --since 2000-01-01 aa',
      'docker logs --until 2000-01-01T00:00:00Z aa',
      'docker logs --since 2100-01-01T00:00:00.5 aa',
      'docker logs --since 0 aa',
      'docker logs --until 0 aa',
      'docker logs --since 10m --until 2100-01-01 aa',
      'docker logs --since 2000-13-01 aa',
      'docker logs --since -1 aa',
      'docker logs -t --since 1h --tail 1 aa',
    ],
  },
  {
    name: 'logs/by-the-api',
    steps: [
      'docker run --name aa busybox sh -c "echo out; sleep 1; echo err >&2"',
      { api: 'GET /containers/aa/logs?stdout=1', headers: ['content-type'] },
      { api: 'GET /containers/aa/logs?stderr=1&tail=1' },
      { api: 'GET /containers/aa/logs?stdout=1&stderr=true&tail=x' },
      { api: 'GET /containers/aa/logs?stdout=1&since=x', json: true },
      { api: 'GET /containers/aa/logs?stdout=1&until=1', json: false },
      { api: 'GET /containers/aa/logs?stdout=0', json: true },
      { api: 'GET /containers/nobody/logs?stdout=1', json: true },
      { api: 'GET /v1.41/containers/aa/logs?stdout=1', headers: ['content-type'] },
    ],
  },
  {
    name: 'logs/of-a-terminal-by-the-api',
    steps: [
      'docker run -t --name aa busybox echo said',
      { api: 'GET /containers/aa/logs?stdout=1', headers: ['content-type'] },
      { api: 'GET /containers/aa/logs?stderr=1' },
      'docker logs aa',
    ],
  },
  {
    name: 'logs/rotated-and-followed',
    steps: [
      'docker run -d --name aa --log-opt max-size=2k --log-opt max-file=3 busybox sh -c "i=0; while [ $i -lt 100 ]; do echo line number $i; i=$((i+1)); done; sleep 60"',
      { until: 'docker logs --tail 1 aa', fits: /number 99/ },
      'docker logs --tail 5 aa',
      'docker kill aa',
      'docker logs -f --tail 3 aa',
    ],
  },
  {
    name: 'logs/of-the-local-driver',
    steps: [
      'docker run --name aa --log-driver local --log-opt max-size=10m --log-opt max-file=2 busybox sh -c "echo one; echo two; sleep 1; echo three >&2"',
      'docker logs --tail 2 aa',
      'docker logs --tail 0 aa',
      'docker logs --since 1h -t aa',
      'docker logs --details aa',
      'docker run --name bb --log-driver local --log-opt labels=l --label l=v busybox echo said',
      'docker logs --details bb',
      'docker create --log-driver local --log-opt nonsense=1 busybox true',
    ],
  },
  {
    name: 'logs/over-restarts',
    steps: [
      'docker run --name aa busybox echo first',
      'docker start -a aa',
      'docker logs aa',
      'docker logs -n 1 aa',
      'docker rm aa',
      'docker logs aa',
    ],
  },
  {
    name: 'logs/of-no-driver',
    steps: [
      'docker run -d --name aa --log-driver none busybox sleep 60',
      'docker logs aa',
      'docker logs -f aa',
      { api: 'GET /containers/aa/logs?stdout=1', json: true },
    ],
  },
];
