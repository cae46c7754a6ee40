import type { Probe } from '../contract.ts';

const created = (name: string, body: object = {}): Probe => ({
  ask: `POST /containers/create?name=${name}`,
  status: 201,
  body: { Image: 'busybox', Cmd: ['sleep', '300'], ...body },
});
const started = (name: string, body: object = {}): readonly Probe[] => [
  created(name, body),
  { ask: `POST /containers/${name}/start`, status: 204 },
];
const removed = (name: string): Probe => ({ ask: `DELETE /containers/${name}?force=1&v=1`, status: 204 });
const nobody = (ask: string, body?: unknown): Probe => ({
  ask,
  status: 404,
  ...(body === undefined ? {} : { body }),
});

const life: readonly Probe[] = [
  created('life', {
    Tty: true,
    OpenStdin: true,
    Labels: { a: 'b' },
    HostConfig: { Binds: ['vol-life:/data'] },
  }),
  { ask: 'POST /containers/create?name=life', status: 409, body: { Image: 'busybox' } },
  { ask: 'POST /containers/create', status: 404, body: { Image: 'no-such-image' } },
  { ask: 'POST /containers/create', status: 400, body: { Image: 'busybox', HostConfig: { Memory: 5 } } },
  { ask: 'GET /containers/life/json?size=1', status: 200 },
  { ask: 'POST /containers/life/start', status: 400, body: { Binds: ['/etc:/etc'] } },
  { ask: 'POST /containers/life/start', status: 204 },
  { ask: 'POST /containers/life/start', status: 304 },
  { ask: 'GET /containers/json', status: 200 },
  { ask: 'GET /containers/json?all=1&size=1', status: 200 },
  { ask: 'GET /containers/json?filters=nonsense', status: 400 },
  { ask: 'GET /containers/life/json', status: 200 },
  { ask: 'GET /containers/life/top', status: 200 },
  { ask: 'GET /containers/life/logs?stdout=1', status: 200 },
  { ask: 'GET /containers/life/changes', status: 200 },
  { ask: 'GET /containers/life/export', status: 200 },
  { ask: 'GET /containers/life/stats?stream=0', status: 200 },
  { ask: 'GET /containers/life/stats?stream=0&one-shot=1', status: 200 },
  { ask: 'POST /containers/life/resize?h=10&w=20', status: 200 },
  { ask: 'POST /containers/life/update', status: 200, body: { CpuShares: 512 } },
  { ask: 'POST /containers/life/pause', status: 204 },
  { ask: 'GET /containers/life/json', status: 200 },
  { ask: 'POST /containers/life/unpause', status: 204 },
  { ask: 'POST /containers/life/rename?name=lived', status: 204 },
  { ask: 'POST /containers/lived/restart?t=0', status: 204 },
  { ask: 'DELETE /containers/lived', status: 409 },
  { ask: 'POST /containers/lived/stop?t=0', status: 204 },
  { ask: 'POST /containers/lived/stop', status: 304 },
  { ask: 'POST /containers/lived/kill', status: 409 },
  { ask: 'POST /containers/lived/wait', status: 200 },
  { ask: 'POST /containers/lived/wait?condition=nonsense', status: 400 },
  { ask: 'GET /containers/lived/json', status: 200 },
  removed('lived'),
];

const killed: readonly Probe[] = [
  ...started('killed'),
  created('other'),
  { ask: 'POST /containers/other/rename?name=killed', status: 409 },
  { ask: 'POST /containers/killed/kill', status: 204 },
  { ask: 'POST /containers/prune', status: 200 },
  nobody('GET /containers/killed/json'),
];

const attached: readonly Probe[] = [
  ...started('att', { OpenStdin: true }),
  { ask: 'POST /containers/att/attach?stream=1&stdout=1', status: 101, upgrade: 'tcp' },
  { ask: 'GET /containers/att/attach/ws?stream=1&stdout=1', status: 101, upgrade: 'websocket' },
  { ask: 'POST /containers/att/attach?detachKeys=nonsense&stdout=1', status: 400 },
  { ask: 'GET /containers/att/attach/ws?detachKeys=nonsense&stdout=1', status: 400, upgrade: 'websocket' },
  { ask: 'GET /containers/nobody/attach/ws?stdout=1', status: 404, upgrade: 'websocket' },
  { ask: 'POST /containers/att/attach?logs=1&stdout=1', status: 200 },
  removed('att'),
];

const archives: readonly Probe[] = [
  created('arch'),
  { ask: 'HEAD /containers/arch/archive?path=/etc/passwd', status: 200 },
  { ask: 'HEAD /containers/arch/archive', status: 400 },
  { ask: 'HEAD /containers/arch/archive?path=/none', status: 404 },
  { ask: 'GET /containers/arch/archive?path=/etc/passwd', status: 200 },
  { ask: 'GET /containers/arch/archive', status: 400 },
  { ask: 'GET /containers/arch/archive?path=/none', status: 404 },
  { ask: 'PUT /containers/arch/archive?path=/tmp', status: 200, body: new Uint8Array(1024) },
  { ask: 'PUT /containers/arch/archive?path=/tmp', status: 400, body: new Uint8Array(1000).fill(7) },
  { ask: 'PUT /containers/arch/archive?path=/none', status: 404, body: new Uint8Array(1024) },
  removed('arch'),
];

const absent: readonly Probe[] = [
  ...['json', 'top', 'logs?stdout=1', 'changes', 'export', 'stats?stream=0'].map((what) =>
    nobody(`GET /containers/nobody/${what}`),
  ),
  ...[
    'resize?h=1&w=1',
    'start',
    'stop',
    'restart',
    'kill',
    'rename?name=x',
    'pause',
    'unpause',
    'attach?stdout=1',
    'wait',
  ].map((what) => nobody(`POST /containers/nobody/${what}`)),
  nobody('POST /containers/nobody/update', {}),
  nobody('DELETE /containers/nobody'),
  nobody('HEAD /containers/nobody/archive?path=/'),
];

export const containers: readonly Probe[] = [...life, ...killed, ...attached, ...archives, ...absent];

export const exec: readonly Probe[] = [
  ...started('ex'),
  { ask: 'POST /containers/ex/exec', status: 201, body: { Cmd: ['sleep', '300'], Tty: true }, keep: 'RUNS' },
  { ask: 'GET /exec/$RUNS/json', status: 200 },
  { ask: 'POST /exec/$RUNS/start', status: 200, body: { Detach: true, Tty: true } },
  { ask: 'POST /exec/$RUNS/start', status: 409, body: { Detach: true } },
  { ask: 'POST /exec/$RUNS/resize?h=10&w=20', status: 200 },
  { ask: 'POST /exec/$RUNS/resize?h=x&w=20', status: 400 },
  { ask: 'GET /exec/$RUNS/json', status: 200 },
  nobody('POST /exec/nope/start', {}),
  nobody('POST /exec/nope/resize?h=1&w=1'),
  nobody('GET /exec/nope/json'),
  nobody('POST /containers/nobody/exec', { Cmd: ['true'] }),
  { ask: 'POST /containers/ex/stop?t=0', status: 204 },
  { ask: 'POST /containers/ex/exec', status: 409, body: { Cmd: ['true'] } },
  removed('ex'),
];
