/** Raw answers in full, and what older versions of the API make of them. */
import type { Case } from '../contract.ts';

const create = (body: Record<string, unknown>) => ({
  api: 'POST /containers/create',
  body: { Image: 'busybox', Cmd: ['true'], ...body },
  json: true,
});
const host = (HostConfig: Record<string, unknown>) => create({ HostConfig });
const moments = ['GraphDriver.Data', 'Created', 'State.StartedAt', 'State.FinishedAt', 'State.Pid'];

export const apiAnswers: readonly Case[] = [
  {
    name: 'api/warnings-of-create',
    steps: [
      host({ Memory: 100_000_000, OomKillDisable: true }),
      host({ OomKillDisable: true }),
      host({ NanoCpus: 500_000_000, Memory: 50_000_000 }),
      host({ PublishAllPorts: true, NetworkMode: 'host' }),
      host({ PortBindings: { '80/tcp': [{ HostPort: '80' }] }, NetworkMode: 'host' }),
    ],
  },
  {
    name: 'api/config-kept',
    steps: [
      {
        api: 'POST /containers/create?name=aa',
        body: {
          Image: 'busybox',
          Hostname: 'h',
          Cmd: ['true'],
          Env: ['A=1', 'B'],
          Labels: { x: '' },
          Tty: true,
          OpenStdin: true,
          ExposedPorts: { '80/tcp': {} },
          Healthcheck: { Test: ['CMD', 'true'], Interval: 1_000_000_000, Retries: 3 },
          NetworkDisabled: false,
          ArgsEscaped: true,
          Unknown: 'field',
          HostConfig: {
            ConsoleSize: [10, 20],
            Binds: null,
            GroupAdd: ['7'],
            ReadonlyPaths: [],
            MaskedPaths: null,
          },
        },
        json: true,
      },
      {
        api: 'GET /containers/aa/json',
        json: true,
        drop: [...moments, 'HostConfig.LogConfig', 'HostConfig.Runtime'],
      },
      { api: 'GET /containers/aa/json?size=1', json: true, pick: ['SizeRw', 'SizeRootFs'] },
      { api: 'GET /containers/aa/json?size=x', statusOnly: true },
    ],
  },
  {
    name: 'api/console-size',
    steps: [
      {
        api: 'POST /containers/create?name=aa',
        body: { Image: 'busybox', Cmd: ['stty', 'size'], Tty: true, HostConfig: { ConsoleSize: [33, 44] } },
        json: true,
      },
      { api: 'POST /containers/aa/start' },
      { api: 'POST /containers/aa/wait', json: true },
      { api: 'GET /containers/aa/logs?stdout=1' },
      { api: 'POST /containers/aa/resize?h=1&w=1', json: true },
    ],
  },
  {
    name: 'api/lists-of-containers',
    steps: [
      'docker run --name aa --label x=y -v vol:/d busybox true',
      { until: 'docker ps -a', fits: /Exited/ },
      { api: 'GET /containers/json?all=1', json: true, drop: ['0.Created'] },
      {
        api: 'GET /containers/json?all=1&size=1',
        json: true,
        pick: ['0.SizeRw', '0.SizeRootFs', '0.Mounts'],
      },
      { api: 'GET /containers/json?all=true&limit=0', json: true, pick: ['0.Names'] },
      { api: 'GET /containers/json?limit=-1', json: true },
      { api: 'GET /containers/json?all=x', statusOnly: true },
      { api: 'GET /containers/json?all=1&filters={"status":{"exited":true}}', json: true, pick: ['0.Names'] },
      { api: 'GET /containers/json?all=1&filters={"status":["nonsense"]}', json: true },
      { api: 'GET /containers/json?all=1&filters={"status":5}', json: true },
      { api: 'GET /containers/json?all=1&filters={"nonsense":["1"]}', json: true },
      { api: 'GET /containers/json?all=1&filters={}', json: true, pick: ['0.Names'] },
    ],
  },
  {
    name: 'api/updates',
    steps: [
      'docker create --name aa busybox true',
      { api: 'POST /containers/aa/update', body: {}, json: true },
      {
        api: 'POST /containers/aa/update',
        body: { Memory: 20_000_000, MemorySwap: 20_000_000, PidsLimit: 5 },
        json: true,
      },
      { api: 'POST /containers/aa/update', body: { RestartPolicy: { Name: 'x' } }, json: true },
      { api: 'POST /containers/aa/update', body: { NanoCpus: 1e9, CpuQuota: 5000 }, json: true },
      {
        api: 'GET /containers/aa/json',
        json: true,
        pick: [
          'HostConfig.Memory',
          'HostConfig.MemorySwap',
          'HostConfig.PidsLimit',
          'HostConfig.RestartPolicy',
        ],
      },
    ],
  },
  {
    name: 'api/older-lists',
    steps: [
      'docker create --name aa -v vol:/d busybox true',
      ...['1.24', '1.30', '1.40', '1.44', '1.46'].map((version) => ({
        api: `GET /v${version}/containers/json?all=1`,
        json: true,
        drop: ['0.Created'],
      })),
    ],
    since: 28,
  },
  {
    name: 'api/older-inspects',
    steps: [
      'docker create --name aa --hostname h busybox true',
      ...['1.24', '1.40', '1.44', '1.47'].map((version) => ({
        api: `GET /v${version}/containers/aa/json`,
        json: true,
        drop: [...moments, 'HostConfig.LogConfig', 'HostConfig.Runtime'],
      })),
    ],
    since: 28,
  },
  {
    name: 'api/older-creates',
    steps: [
      {
        api: 'POST /v1.24/containers/create?name=aa',
        body: { Image: 'busybox', Cmd: ['true'], HostConfig: {} },
        json: true,
      },
      {
        api: 'POST /v1.39/containers/create?name=bb',
        body: { Image: 'busybox', HostConfig: { IpcMode: '', CgroupnsMode: 'private' } },
        json: true,
      },
      {
        api: 'POST /v1.44/containers/create?name=cc',
        body: { Image: 'busybox', MacAddress: '02:42:ac:11:00:09' },
        json: true,
      },
      ...['aa', 'bb', 'cc'].map((name) => ({
        api: `GET /containers/${name}/json`,
        json: true,
        pick: [
          'HostConfig.IpcMode',
          'HostConfig.CgroupnsMode',
          'HostConfig.PidsLimit',
          'HostConfig.OomKillDisable',
        ],
      })),
      { api: 'POST /v1.24/containers/aa/start', body: {}, json: true },
    ],
    since: 28,
  },
];
