import type { Case } from '../contract.ts';

export const api: readonly Case[] = [
  {
    name: 'api/create-errors',
    steps: [
      { api: 'POST /containers/create', json: true },
      { api: 'POST /containers/create', body: {}, json: true },
      { api: 'POST /containers/create', body: { Image: 'no-such' }, json: true },
      { api: 'POST /containers/create', body: { Image: 'busybox', Cmd: 5 }, json: true },
      { api: 'POST /containers/create', body: [], json: true },
      { api: 'POST /containers/create?name=_', body: { Image: 'busybox' }, json: true },
      { api: 'POST /containers/create?name=ok', body: { Image: 'busybox', Cmd: 'one string' }, json: true },
      { api: 'POST /containers/create', body: { Image: 'busybox', HostConfig: { Memory: 5 } }, json: true },
      {
        api: 'POST /containers/create',
        body: { Image: 'busybox', HostConfig: { NetworkMode: 'no-such' } },
        statusOnly: true,
      },
      {
        api: 'POST /containers/create',
        body: { Image: 'busybox', HostConfig: { Binds: ['relative:/x:zz'] } },
        json: true,
      },
    ],
  },
  {
    name: 'api/create-with-a-port-that-is-none',
    steps: [
      {
        api: 'POST /containers/create',
        body: { Image: 'busybox', ExposedPorts: { nonsense: {} } },
        json: true,
      },
    ],
  },
  {
    name: 'api/start-with-odd-requests',
    steps: [
      {
        api: 'POST /containers/create?name=box-a',
        body: { Image: 'busybox', Cmd: ['sleep', '60'] },
        json: true,
      },
      { api: 'POST /containers/box-a/start' },
      { api: 'POST /containers/box-a/start' },
      { api: 'POST /containers/box-a/kill?signal=0x', json: true },
      { api: 'POST /containers/box-a/resize?h=1&w=x', json: true },
      { api: 'POST /containers/box-a/stop?t=x', json: true },
      { api: 'POST /containers/box-a/stop?t=0' },
      { api: 'POST /containers/box-a/stop?t=0' },
      { api: 'GET /containers/box-a/logs', json: true },
      { api: 'GET /containers/box-a/logs?stdout=1' },
      { api: 'POST /containers/box-a/rename', json: true },
      { api: 'DELETE /containers/box-a?link=1', json: true },
      { api: 'DELETE /containers/box-a' },
    ],
  },
  {
    name: 'api/old-versions',
    steps: [
      {
        api: 'POST /v1.41/containers/create?name=box-a',
        body: { Image: 'busybox', Cmd: ['true'] },
        json: true,
      },
      {
        api: 'GET /v1.41/containers/box-a/json',
        json: true,
        drop: ['GraphDriver.Data', 'Created', 'State.StartedAt', 'State.FinishedAt'],
      },
      { api: 'GET /v1.24/containers/json?all=1', json: true, drop: ['0.Created'] },
      { api: 'GET /v1.41/images/busybox/json', json: true, drop: ['GraphDriver.Data', 'Metadata'] },
      { api: 'GET /v1.24/networks/bridge', json: true, drop: ['Created'] },
    ],
  },
];
