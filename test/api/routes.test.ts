/** Every built route: which service it calls with what, and whether the answer fits the API description. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { routes } from '../../src/api/routes/table.ts';
import { unbuiltRoutes } from '../../src/api/routes/unbuilt.ts';
import { operationOf } from '../harness/engine-api/description.ts';
import { answerProblems } from '../harness/engine-api/validate.ts';
import { ask } from './doubles/ask.ts';
import { type Recorded, recording } from './doubles/recording.ts';
import { serve } from './doubles/serve.ts';

interface Row {
  readonly line: string;
  readonly body?: unknown;
  /** What the service answers, by the first call's name. */
  readonly answer?: unknown;
  readonly calls: readonly Recorded[];
  readonly status: number;
  readonly json?: unknown;
}

const noFilters = {};
const id = 'a'.repeat(64);
const filters = encodeURIComponent('{"label":{"a=b":true}}');
const arm64 = encodeURIComponent('{"os":"linux","architecture":"arm64"}');
const labelled = { label: ['a=b'] };
const volume = { Name: 'v', Driver: 'local', Mountpoint: '/v', Labels: null, Scope: 'local', Options: null };
const image = {
  ...{ Id: id, ParentId: '', RepoTags: ['a:b'], RepoDigests: [], Created: 1, Size: 5 },
  ...{ SharedSize: -1, Labels: null, Containers: 1 },
};
const nobody = { username: '', password: '', identityToken: '', registryToken: '', serverAddress: '' };
const execConfig = { tty: false, entrypoint: 'a', arguments: [], privileged: false };
const exec = {
  ...{ ID: id, Running: true, ExitCode: null, ProcessConfig: execConfig, OpenStdin: true, OpenStderr: true },
  ...{ OpenStdout: true, CanRemove: false, ContainerID: id, DetachKeys: '', Pid: 5 },
};
const network = { Name: 'n', Id: id, Created: '2026-01-02T03:04:05Z', Scope: 'local', Driver: 'bridge' };

const rows: readonly Row[] = [
  {
    line: 'GET /version',
    answer: { Version: '1' },
    calls: [['system.version']],
    status: 200,
    json: { Version: '1' },
  },
  { line: 'GET /info', answer: { Name: 'h' }, calls: [['system.info']], status: 200, json: { Name: 'h' } },
  {
    line: 'GET /system/df?type=volume&type=image&verbose=1',
    answer: { Volumes: [] },
    calls: [['system.diskUsage', ['volume', 'image'], true]],
    status: 200,
  },
  {
    line: 'GET /v1.41/system/df?type=nonsense',
    answer: {},
    calls: [['system.diskUsage', [], false]],
    status: 200,
  },
  { line: 'GET /system/df?type=x', calls: [], status: 400, json: { message: 'unknown object type: x' } },
  {
    line: `GET /containers/json?all=1&limit=5&size=true&filters=${filters}`,
    answer: [{ Id: id, State: 'running' }],
    calls: [['containers.list', { all: true, size: true, filters: labelled, limit: 5 }]],
    status: 200,
    json: [{ Id: id, State: 'running' }],
  },
  {
    line: 'GET /containers/json?limit=-1',
    answer: [],
    calls: [['containers.list', { all: false, size: false, filters: noFilters }]],
    status: 200,
  },
  {
    line: 'GET /containers/c/json?size=1',
    answer: { Id: id },
    calls: [['containers.inspect', 'c', { size: true }]],
    status: 200,
  },
  {
    line: 'GET /containers/c/top?ps_args=aux',
    answer: { Titles: ['PID'], Processes: [['1']] },
    calls: [['containers.top', 'c', 'aux']],
    status: 200,
  },
  {
    line: 'GET /containers/c/changes',
    answer: [{ Path: '/a', Kind: 1 }],
    calls: [['containers.changes', 'c']],
    status: 200,
  },
  {
    line: 'GET /containers/c/changes',
    answer: [],
    calls: [['containers.changes', 'c']],
    status: 200,
    json: null,
  },
  {
    line: 'POST /containers/c/resize?h=40&w=80',
    calls: [['containers.resize', 'c', { height: 40, width: 80 }]],
    status: 200,
  },
  { line: 'POST /containers/c/start', calls: [['containers.start', 'c']], status: 204 },
  { line: 'POST /containers/c/start?checkpoint=x', calls: [], status: 501 },
  {
    line: 'POST /containers/c/stop?t=5&signal=INT',
    calls: [['containers.stop', 'c', { signal: 'INT', timeout: 5 }]],
    status: 204,
  },
  {
    line: 'POST /v1.41/containers/c/restart?t=-1&signal=INT',
    calls: [['containers.restart', 'c', { timeout: -1 }]],
    status: 204,
  },
  { line: 'POST /containers/c/kill?signal=HUP', calls: [['containers.kill', 'c', 'HUP']], status: 204 },
  { line: 'POST /containers/c/pause', calls: [['containers.pause', 'c']], status: 204 },
  { line: 'POST /containers/c/unpause', calls: [['containers.unpause', 'c']], status: 204 },
  { line: 'POST /containers/c/rename?name=d', calls: [['containers.rename', 'c', 'd']], status: 204 },
  {
    line: 'DELETE /containers/c?v=1&force=1',
    calls: [['containers.remove', 'c', { force: true, volumes: true, link: false }]],
    status: 204,
  },
  {
    line: `POST /containers/prune?filters=${filters}`,
    answer: { deleted: [], spaceReclaimed: 0 },
    calls: [['containers.prune', labelled]],
    status: 200,
    json: { ContainersDeleted: null, SpaceReclaimed: 0 },
  },
  { line: 'GET /exec/e/json', answer: exec, calls: [['containers.execInspect', 'e']], status: 200 },
  {
    line: 'POST /exec/e/resize?h=1&w=2',
    calls: [['containers.execResize', 'e', { height: 1, width: 2 }]],
    status: 200,
  },
  {
    line: 'POST /containers/c/exec',
    body: {},
    calls: [],
    status: 400,
    json: { message: 'No exec command specified' },
  },
  {
    line: `GET /images/json?all=1&digests=1&shared-size=1&manifests=1&filters=${filters}`,
    answer: [image],
    calls: [
      ['images.list', { all: true, digests: true, sharedSize: true, manifests: true, filters: labelled }],
    ],
    status: 200,
    json: [image],
  },
  {
    line: 'GET /v1.40/images/json?filter=a*&shared-size=1',
    answer: [],
    calls: [
      [
        'images.list',
        { all: false, digests: false, sharedSize: false, manifests: false, filters: { reference: ['a*'] } },
      ],
    ],
    status: 200,
  },
  {
    line: 'GET /images/a/b:c/json',
    answer: { Id: id },
    calls: [['images.inspect', 'a/b:c', { manifests: false }]],
    status: 200,
  },
  {
    line: `GET /images/a/json?platform=${arm64}`,
    answer: { Id: id },
    calls: [['images.inspect', 'a', { manifests: false, platform: { os: 'linux', architecture: 'arm64' } }]],
    status: 200,
  },
  { line: `GET /images/a/json?platform=${arm64}&manifests=1`, calls: [], status: 400 },
  {
    line: 'GET /images/a/json?manifests=1',
    answer: { Id: id },
    calls: [['images.inspect', 'a', { manifests: true }]],
    status: 200,
  },
  {
    line: 'GET /v1.47/images/a/json?manifests=1&platform=nonsense',
    answer: { Id: id },
    calls: [['images.inspect', 'a', { manifests: false }]],
    status: 200,
  },
  { line: 'GET /images/a/history', answer: [], calls: [['images.history', 'a', undefined]], status: 200 },
  {
    line: `GET /images/a/history?platform=${arm64}`,
    answer: [],
    calls: [['images.history', 'a', { os: 'linux', architecture: 'arm64' }]],
    status: 200,
  },
  { line: 'POST /images/a/tag?repo=b&tag=c', calls: [['images.tag', 'a', 'b', 'c']], status: 201 },
  { line: 'POST /images/a/tag?tag=c', calls: [], status: 400 },
  {
    line: 'POST /auth',
    body: { username: 'a', password: 'b', serveraddress: 'r' },
    answer: 'token',
    calls: [['images.login', { ...nobody, username: 'a', password: 'b', serverAddress: 'r' }, 'signal']],
    status: 200,
    json: { IdentityToken: 'token', Status: 'Login Succeeded' },
  },
  { line: 'POST /auth', body: { username: 1 }, calls: [], status: 400 },
  {
    line: 'GET /images/search?term=x&limit=7&filters=%7B%22stars%22%3A%5B%223%22%5D%7D',
    answer: [{ name: 'x', description: '', star_count: 1, is_official: false, is_automated: false }],
    calls: [['images.search', { term: 'x', limit: 7, filters: { stars: ['3'] } }, nobody, 'signal']],
    status: 200,
  },
  { line: 'GET /images/search?term=x&limit=101', calls: [], status: 400 },
  {
    line: 'GET /distribution/a/b:1/json',
    answer: {
      Descriptor: { mediaType: 'm', digest: `sha256:${id}`, size: 1 },
      Platforms: [{ architecture: 'amd64', os: 'linux' }],
    },
    calls: [['images.distribution', 'a/b:1', nobody, 'signal']],
    status: 200,
  },
  {
    line: 'DELETE /images/a?force=1&noprune=1',
    answer: [{ Untagged: 'a' }],
    calls: [['images.remove', 'a', { force: true, noPrune: true, platforms: [] }]],
    status: 200,
  },
  {
    line: `DELETE /images/a?platforms=${arm64}`,
    answer: [],
    calls: [
      [
        'images.remove',
        'a',
        { force: false, noPrune: false, platforms: [{ os: 'linux', architecture: 'arm64' }] },
      ],
    ],
    status: 200,
  },
  { line: 'DELETE /images/a?platforms={}', calls: [], status: 400 },
  {
    line: 'POST /images/prune',
    answer: { deleted: [{ Deleted: id }], spaceReclaimed: 5 },
    calls: [['images.prune', noFilters]],
    status: 200,
    json: { ImagesDeleted: [{ Deleted: id }], SpaceReclaimed: 5 },
  },
  {
    line: 'GET /images/a/get',
    answer: Readable.from([]),
    calls: [['images.save', ['a'], { without: [] }, 'signal']],
    status: 200,
  },
  {
    line: 'GET /images/get?names=a&names=b',
    answer: Readable.from([]),
    calls: [['images.save', ['a', 'b'], { without: [] }, 'signal']],
    status: 200,
  },
  { line: 'GET /images/get?platform=a&platform=b', calls: [], status: 400 },
  {
    line: 'POST /commit?container=c&repo=r&tag=t&comment=m&author=a&pause=0&changes=CMD+a',
    body: {},
    answer: { Id: id },
    calls: [
      [
        'containers.commit',
        {
          ...{ container: 'c', comment: 'm', author: 'a', pause: false, changes: ['CMD a'] },
          ...{ config: null, repo: 'r', tag: 't' },
        },
      ],
    ],
    status: 201,
  },
  {
    line: `GET /networks?filters=${filters}`,
    answer: [network],
    calls: [['networks.list', labelled]],
    status: 200,
    json: [{ Containers: {}, ...network }],
  },
  {
    line: 'GET /networks?filters={"x":["y"]}',
    calls: [],
    status: 400,
    json: { message: "invalid filter 'x'" },
  },
  {
    line: 'GET /networks/n?verbose=true&scope=local',
    answer: network,
    calls: [
      ['networks.inspect', 'n', { verbose: true, scope: 'local' }],
      ['containers.endpointsOf', id],
    ],
    status: 200,
  },
  { line: 'DELETE /networks/n', calls: [['networks.remove', 'n']], status: 204 },
  {
    line: 'POST /networks/create',
    body: {
      Name: 'n',
      Driver: 'bridge',
      EnableIPv6: true,
      Options: { a: 'b' },
      IPAM: { Config: [{ Subnet: '10.0.0.0/8', AuxiliaryAddresses: { x: '10.0.0.9' } }] },
      ConfigFrom: { Network: 'm' },
    },
    answer: { Id: id, Warning: '' },
    calls: [
      [
        'networks.create',
        {
          ...{
            name: 'n',
            driver: 'bridge',
            internal: false,
            attachable: false,
            ingress: false,
            configOnly: false,
          },
          ...{
            configFrom: 'm',
            enableIPv4: true,
            enableIPv6: true,
            scope: '',
            options: { a: 'b' },
            labels: {},
          },
          ipam: {
            driver: '',
            options: {},
            config: [{ subnet: '10.0.0.0/8', auxAddresses: { x: '10.0.0.9' } }],
          },
        },
      ],
    ],
    status: 201,
    json: { Id: id, Warning: '' },
  },
  {
    line: 'POST /networks/n/disconnect',
    body: { Container: 'c', Force: true },
    calls: [['containers.disconnect', 'n', 'c', true]],
    status: 200,
  },
  {
    line: 'POST /networks/prune',
    answer: { deleted: ['n'] },
    calls: [['networks.prune', noFilters]],
    status: 200,
    json: { NetworksDeleted: ['n'] },
  },
  {
    line: 'GET /volumes',
    answer: { volumes: [volume], warnings: [] },
    calls: [['volumes.list', noFilters]],
    status: 200,
    json: { Volumes: [volume], Warnings: null },
  },
  {
    line: 'POST /volumes/create',
    body: { Name: 'v', Labels: { a: 'b' } },
    answer: volume,
    calls: [['volumes.create', { name: 'v', driver: 'local', driverOpts: {}, labels: { a: 'b' } }]],
    status: 201,
    json: volume,
  },
  { line: 'POST /volumes/create', body: { ClusterVolumeSpec: {} }, calls: [], status: 503 },
  { line: 'GET /volumes/v', answer: volume, calls: [['volumes.inspect', 'v']], status: 200, json: volume },
  { line: 'PUT /volumes/v', calls: [], status: 503 },
  { line: 'DELETE /volumes/v?force=1', calls: [['volumes.remove', 'v', true]], status: 204 },
  {
    line: 'POST /v1.41/volumes/prune',
    answer: { deleted: [], spaceReclaimed: 0 },
    calls: [['volumes.prune', { all: ['true'] }]],
    status: 200,
    json: { VolumesDeleted: [], SpaceReclaimed: 0 },
  },
  {
    line: 'POST /volumes/prune',
    answer: { deleted: [], spaceReclaimed: 0 },
    calls: [['volumes.prune', noFilters]],
    status: 200,
  },
  { line: 'POST /build/prune', calls: [], status: 200, json: { CachesDeleted: null, SpaceReclaimed: 0 } },
  { line: 'GET /plugins', calls: [], status: 200, json: [] },
];

/** Statuses that are true, and Docker's too, though the description does not list them. */
const undocumented = (row: Row) =>
  [400, 501, 503].includes(row.status) &&
  operationOf(...split(row.line))?.responses[row.status] === undefined;

const split = (line: string): [method: string, path: string] => {
  const [method = '', path = ''] = line.split(' ');
  return [method, path];
};

for (const row of rows) {
  test(`${row.line} answers ${row.status}`, async () => {
    const [first] = row.calls;
    const { calls, members } = recording(first === undefined ? {} : { [first[0]]: row.answer });
    await using served = await serve(members);
    const options = row.body === undefined ? {} : { body: JSON.stringify(row.body) };
    const answer = await ask(served.socket, row.line, options);
    assert.equal(answer.status, row.status, answer.text);
    assert.deepEqual(calls, row.calls);
    if (row.json !== undefined) assert.deepEqual(answer.json, row.json);
    if (row.status === 204) assert.equal(answer.text, '');
    const [method, path] = split(row.line);
    if (!undocumented(row))
      assert.deepEqual(answerProblems({ method, path, status: answer.status, json: answer.json }), []);
  });
}

test('what refers to an image is told by a route of our own', async () => {
  const found = { subject: `sha256:${id}`, referrers: [] };
  const { calls, members } = recording({ 'images.referrers': found });
  await using served = await serve(members);
  const answer = await ask(served.socket, 'GET /distribution/a/b:1/referrers');
  assert.deepEqual(answer.json, { Subject: `sha256:${id}`, Referrers: [] });
  assert.deepEqual(calls, [['images.referrers', 'a/b:1', nobody, 'signal']]);
});

test('bodies of containers reach their service whole', async () => {
  const create = {
    'containers.create': { Id: id, Warnings: ['w'] },
    'containers.update': { Warnings: null },
  };
  const { calls, members } = recording({ ...create, 'containers.execCreate': { Id: id } });
  await using served = await serve(members);
  const post = (line: string, body: object) =>
    ask(served.socket, `POST ${line}`, { body: JSON.stringify(body) });
  const made = await post('/containers/create?name=n&platform=linux/amd64', {
    Image: 'busybox',
    Cmd: ['true'],
    MacAddress: 'aa:bb',
    HostConfig: { Memory: 5 },
  });
  assert.equal(made.status, 201);
  assert.deepEqual(made.json, {
    Id: id,
    Warnings: [
      'w',
      'The container-wide MacAddress field is now deprecated. It should be specified in EndpointsConfig instead.',
    ],
  });
  assert.equal((await post('/containers/c/update', { Memory: 7, PidsLimit: -1 })).status, 200);
  assert.equal((await post('/containers/c/exec', { cmd: ['a', 'b'], Tty: true })).status, 201);
  assert.equal((await post('/networks/n/connect', { Container: 'c' })).status, 200);
  assert.deepEqual(
    calls.map(([name]) => name),
    ['containers.create', 'containers.update', 'containers.execCreate', 'containers.connect'],
  );
  const [created, updated, execCreated, connected] = calls;
  assert.partialDeepStrictEqual(created?.[1], {
    name: 'n',
    platform: 'linux/amd64',
    body: {
      Image: 'busybox',
      Cmd: ['true'],
      HostConfig: { Memory: 5, NetworkMode: 'bridge' },
      NetworkingConfig: { EndpointsConfig: { bridge: { MacAddress: 'aa:bb' } } },
    },
  });
  assert.partialDeepStrictEqual(updated, ['containers.update', 'c', { Memory: 7, PidsLimit: 0 }]);
  assert.partialDeepStrictEqual(execCreated, ['containers.execCreate', 'c', { Cmd: ['a', 'b'], Tty: true }]);
  assert.partialDeepStrictEqual(connected, ['containers.connect', 'n', 'c', { MacAddress: '' }]);
});

test('what is not built says so, each with a documented body', async () => {
  await using served = await serve({});
  for (const { method, path } of unbuiltRoutes) {
    const answer = await ask(served.socket, `${method} ${path.replace(/\{[^}]*\}/g, 'x')}`);
    assert.ok(answer.status === 501 || answer.status === 503, `${method} ${path}: ${answer.status}`);
    assert.match(answer.text, /^\{"message":".+"\}\n$/);
  }
});

test('no route is forgotten by this file', () => {
  const elsewhere = new Set([
    ...['SystemPing', 'SystemPingHead', 'SystemEvents', 'ContainerLogs', 'ContainerExport', 'ContainerStats'],
    ...['ContainerAttach', 'ContainerAttachWebsocket', 'ContainerWait', 'ContainerArchiveInfo', 'ExecStart'],
    ...['ContainerArchive', 'PutContainerArchive', 'ImageCreate', 'ImageLoad', 'ImagePush'],
    ...['ContainerCreate', 'ContainerUpdate', 'ContainerExec', 'NetworkConnect'],
  ]);
  const unbuilt = new Set(unbuiltRoutes);
  const covered = new Set(rows.map((row) => operationOf(...split(row.line))?.id));
  const missing = routes
    .filter((route) => route.operation !== null && !unbuilt.has(route))
    .filter(({ operation }) => !covered.has(operation ?? '') && !elsewhere.has(operation ?? ''));
  assert.deepEqual(
    missing.map(({ operation }) => operation),
    [],
  );
});
