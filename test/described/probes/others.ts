import type { Probe } from '../contract.ts';

const container = (name: string, more: object = {}): Probe => ({
  ask: `POST /containers/create?name=${name}`,
  status: 201,
  body: { Image: 'busybox', Cmd: ['sleep', '300'], ...more },
});
const gone = (name: string): Probe => ({ ask: `DELETE /containers/${name}?force=1&v=1`, status: 204 });

export const volumes: readonly Probe[] = [
  { ask: 'POST /volumes/create', status: 201, body: { Name: 'first', Labels: { a: 'b' } } },
  { ask: 'POST /volumes/create', status: 201, body: {} },
  { ask: 'GET /volumes', status: 200 },
  { ask: 'GET /volumes/first', status: 200 },
  { ask: 'GET /volumes/none', status: 404 },
  container('user', { HostConfig: { Binds: ['first:/data'] } }),
  { ask: 'DELETE /volumes/first', status: 409 },
  gone('user'),
  { ask: 'DELETE /volumes/first', status: 204 },
  { ask: 'DELETE /volumes/first', status: 404 },
  { ask: 'PUT /volumes/first?version=1', status: 503, body: { Spec: {} } },
  { ask: 'POST /volumes/prune', status: 200 },
];

const account = { username: 'somebody', password: 'secret', serveraddress: '127.0.0.1:5001' };

export const system: readonly Probe[] = [
  { ask: 'GET /info', status: 200 },
  { ask: 'GET /version', status: 200 },
  { ask: 'GET /_ping', status: 200 },
  { ask: 'HEAD /_ping', status: 200 },
  { ask: 'POST /auth', status: 200, body: account },
  { ask: 'POST /volumes/create', status: 201, body: { Name: 'seen' } },
  { ask: 'GET /events?since=0&until=1', status: 200 },
  { ask: 'GET /events?since=x', status: 400 },
  container('counted', { HostConfig: { Binds: ['seen:/data'] } }),
  { ask: 'GET /system/df', status: 200 },
  { ask: 'GET /system/df?type=volume', status: 200 },
  gone('counted'),
  { ask: 'DELETE /volumes/seen', status: 204 },
];

export const images: readonly Probe[] = [
  { ask: 'GET /images/json?all=1&digests=1', status: 200 },
  { ask: 'GET /images/busybox/json', status: 200 },
  { ask: 'GET /images/none/json', status: 404 },
  { ask: 'GET /images/busybox/history', status: 200 },
  { ask: 'GET /images/none/history', status: 404 },
  { ask: 'POST /images/busybox/tag?repo=other&tag=1', status: 201 },
  { ask: 'POST /images/busybox/tag?repo=UPPER', status: 400 },
  { ask: 'POST /images/none/tag?repo=x', status: 404 },
  { ask: 'DELETE /images/other:1', status: 200 },
  { ask: 'DELETE /images/other:1', status: 404 },
  container('used'),
  { ask: 'DELETE /images/busybox', status: 409 },
  { ask: 'POST /commit?container=used&repo=made&tag=1', status: 201, body: {} },
  { ask: 'POST /commit?container=nobody', status: 404 },
  { ask: 'DELETE /images/made:1', status: 200 },
  gone('used'),
  { ask: 'POST /images/load?quiet=1', status: 200, file: 'busybox' },
  { ask: 'GET /images/busybox/get', status: 200 },
  { ask: 'GET /images/get?names=busybox', status: 200 },
  { ask: 'POST /images/busybox/tag?repo=127.0.0.1:5000/box&tag=1', status: 201 },
  { ask: 'POST /images/127.0.0.1:5000/box/push?tag=1', status: 200 },
  { ask: 'DELETE /images/127.0.0.1:5000/box:1', status: 200 },
  { ask: 'POST /images/create?fromImage=127.0.0.1:5000/box&tag=1', status: 200 },
  { ask: 'POST /images/create?fromImage=127.0.0.1:5000/none&tag=1', status: 404 },
  { ask: 'GET /images/search?term=127.0.0.1:5000/box', status: 200 },
  { ask: 'DELETE /images/127.0.0.1:5000/box:1', status: 200 },
  { ask: 'POST /images/create?fromSrc=-&repo=flat&tag=1', status: 200, body: new Uint8Array(1024) },
  { ask: 'DELETE /images/flat:1', status: 200 },
  { ask: 'POST /images/prune', status: 200 },
];

export const networks: readonly Probe[] = [
  { ask: 'POST /networks/create', status: 201, body: { Name: 'net' } },
  { ask: 'POST /networks/create', status: 400, body: { Name: '' } },
  { ask: 'POST /networks/create', status: 403, body: { Name: 'host' } },
  { ask: 'POST /networks/create', status: 404, body: { Name: 'x', Driver: 'no-such-driver' } },
  { ask: 'GET /networks', status: 200 },
  { ask: 'GET /networks/net', status: 200 },
  { ask: 'GET /networks/no-such-net', status: 404 },
  container('peer'),
  { ask: 'POST /containers/peer/start', status: 204 },
  { ask: 'POST /networks/net/connect', status: 200, body: { Container: 'peer' } },
  { ask: 'POST /networks/net/connect', status: 404, body: { Container: 'nobody' } },
  {
    ask: 'POST /networks/net/connect',
    status: 400,
    body: { Container: 'peer', EndpointConfig: { IPAMConfig: { IPv4Address: 'x' } } },
  },
  { ask: 'GET /networks/net', status: 200 },
  { ask: 'DELETE /networks/net', status: 403 },
  { ask: 'POST /networks/net/disconnect', status: 200, body: { Container: 'peer' } },
  { ask: 'POST /networks/no-such-net/disconnect', status: 404, body: { Container: 'peer' } },
  gone('peer'),
  { ask: 'DELETE /networks/none-such', status: 404 },
  { ask: 'DELETE /networks/net', status: 204 },
  { ask: 'DELETE /networks/bridge', status: 403 },
  { ask: 'POST /networks/prune', status: 200 },
];
