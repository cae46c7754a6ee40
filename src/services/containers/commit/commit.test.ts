import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { configOf, containerOf, contextOf, hearing } from '../../../../test/harness/containers/context.ts';
import { MemoryRecords } from '../../../drivers/state/memory/memory-records.ts';
import { internal } from '../../../errors/minke-error.ts';
import { silentLogger } from '../../../kit/log/logger.ts';
import { sha256 } from '../../../wire/digest.ts';
import type { CommitRequest as ImageRequest } from '../../images/contract.ts';
import type { Context } from '../context.ts';
import { type ContainerRecord, ContainerRecordSchema, type State } from '../record/record.ts';
import { commit } from './commit.ts';

const request = { comment: '', author: '', pause: true, changes: [], config: null } as const;
const made = sha256(Buffer.from('image'));

function ground(record: Partial<ContainerRecord> = {}, failure: Error | null = null) {
  const container = containerOf({
    config: configOf({
      Image: 'busybox',
      Cmd: ['sh', '-c', 'x'],
      Env: ['X=1', 'PATH=/bin'],
      Labels: { a: 'b' },
      ExposedPorts: { '80/tcp': {} },
      User: '5',
      Hostname: 'box',
      Healthcheck: {
        Test: ['CMD', 'a'],
        Interval: 0,
        Timeout: 5,
        StartPeriod: 0,
        StartInterval: 0,
        Retries: 3,
      },
    }),
    ...record,
  });
  const asked: ImageRequest[] = [];
  const calls: string[] = [];
  const { heard, events } = hearing();
  const runtime = {
    pause: async () => {
      calls.push('pause');
      if (failure !== null) throw failure;
    },
    resume: async () => void calls.push('resume'),
  };
  if (container.record.state.status === 'running') {
    container.run = {
      runtime: runtime as never,
      container: { id: container.id, cgroup: '', process: null },
      ended: new AbortController(),
      process: null,
      began: null,
    };
  }
  const images: Partial<Context['images']> = {
    commit: async (image) => {
      calls.push('commit');
      asked.push(image);
      return made;
    },
  };
  const storage: Partial<Context['storage']> = {
    diffTar: async () => Readable.from([Buffer.from('layer')], { objectMode: false }),
  };
  const context = contextOf({
    images: images as Context['images'],
    storage: storage as Context['storage'],
    records: new MemoryRecords(ContainerRecordSchema, new Map()),
    events,
    logger: silentLogger,
    shuttingDown: false,
  });
  const only = (): ImageRequest => asked[0] ?? assert.fail('no image');
  return { container, context, calls, heard, only };
}

const stateOf = (status: State['status']): State => ({ ...containerOf().record.state, status });
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const own = {
  User: '5',
  ExposedPorts: { '80/tcp': {} },
  Env: ['X=1', 'PATH=/bin'],
  Entrypoint: null,
  Cmd: ['sh', '-c', 'x'],
  Volumes: null,
  WorkingDir: '',
  Labels: { a: 'b' },
  StopSignal: '',
  Healthcheck: { Test: ['CMD', 'a'], Timeout: 5, Retries: 3 },
  OnBuild: null,
  Shell: null,
};

test('the config of the container, and who made it', async () => {
  const { container, context, heard, only } = ground();
  const answer = await commit(context, container, {
    ...request,
    repo: 'made',
    tag: 'one',
    comment: 'why',
    author: 'me',
  });
  assert.deepEqual(answer, { Id: made });
  const { config, layer, ...rest } = only();
  assert.deepEqual(plain(config), own);
  assert.deepEqual(rest, {
    container: container.id,
    repo: 'made',
    tag: 'one',
    comment: 'why',
    author: 'me',
    parent: container.record.image,
    createdBy: 'sh -c x',
  });
  layer.destroy();
  assert.deepEqual(heard, [
    {
      type: 'container',
      action: 'commit',
      attributes: {
        a: 'b',
        comment: 'why',
        imageID: made,
        imageRef: 'made:one',
        image: 'busybox',
        name: 'box',
      },
    },
  ]);
});

const configs: readonly [string, Parameters<typeof commit>[2], object][] = [
  [
    'changes come after what is there',
    { ...request, changes: ['ENV Y=2', 'CMD ["y"]'] },
    { Env: ['X=1', 'PATH=/bin', 'Y=2'], Cmd: ['y'] },
  ],
  [
    'an entrypoint takes the command away',
    { ...request, changes: ['ENTRYPOINT ["/e"]'] },
    { Entrypoint: ['/e'], Cmd: undefined },
  ],
  [
    'a config is completed by the container’s',
    {
      ...request,
      config: {
        ...configOf({
          Cmd: ['q'],
          Env: ['X=9', 'Z=1'],
          Labels: { l: '1' },
          ExposedPorts: { '9/udp': {} },
          Healthcheck: { Test: [], Interval: 7, Timeout: 0, StartPeriod: 0, StartInterval: 0, Retries: 0 },
        }),
      } as never,
    },
    {
      Cmd: ['q'],
      Env: ['X=9', 'Z=1', 'PATH=/bin'],
      Labels: { a: 'b', l: '1' },
      ExposedPorts: { '80/tcp': {}, '9/udp': {} },
      Healthcheck: { Test: ['CMD', 'a'], Interval: 7, Timeout: 5, Retries: 3 },
    },
  ],
  [
    'changes meet the config that is given, not the container’s',
    { ...request, config: configOf({ Env: ['A=1'] }) as never, changes: ['ENV B=$A$X'] },
    { Env: ['A=1', 'B=1', 'X=1', 'PATH=/bin'] },
  ],
];

for (const [name, asked, expected] of configs) {
  test(name, async () => {
    const { container, context, only } = ground();
    await commit(context, container, asked);
    assert.deepEqual(plain(only().config), plain({ ...own, ...expected }));
  });
}

test('processes stand still, and go on', async () => {
  const { container, context, calls, heard } = ground({ state: stateOf('running') });
  await commit(context, container, request);
  assert.deepEqual(calls, ['pause', 'commit', 'resume']);
  assert.deepEqual(
    heard.map(({ action }) => action),
    ['pause', 'commit', 'unpause'],
  );
  assert.equal(container.record.state.status, 'running');
});

test('nobody is paused who should not be', async () => {
  const unwanted = ground({ state: stateOf('running') });
  await commit(unwanted.context, unwanted.container, { ...request, pause: false });
  assert.deepEqual(unwanted.calls, ['commit']);
  const paused = ground({ state: stateOf('paused') });
  await commit(paused.context, paused.container, request);
  assert.deepEqual(paused.calls, ['commit']);
  assert.equal(paused.container.record.state.status, 'paused');
});

test('a container that can’t be paused is not committed', async () => {
  const { container, context, calls } = ground({ state: stateOf('running') }, internal('no freezer'));
  await assert.rejects(commit(context, container, request), /no freezer/);
  assert.deepEqual(calls, ['pause']);
});

test('after a failure processes go on all the same', async () => {
  const { container, context, calls, heard } = ground({ state: stateOf('running') });
  context.images.commit = async () => {
    throw internal('disk full');
  };
  await assert.rejects(commit(context, container, request), /disk full/);
  assert.deepEqual(calls, ['pause', 'resume']);
  assert.deepEqual(
    heard.map(({ action }) => action),
    ['pause', 'unpause'],
  );
});

test('refused before anything stands still', async () => {
  const { container, context, calls } = ground({ state: stateOf('running') });
  const refused = (asked: Partial<typeof request> & { repo?: string }, message: RegExp): Promise<void> =>
    assert.rejects(commit(context, container, { ...request, ...asked }), { kind: 'invalid', message });
  await refused({ repo: 'Bad' }, /^invalid reference format: repository name .* must be lowercase$/);
  await refused({ repo: `x@${made}` }, /^cannot import digest reference$/);
  await refused({ changes: ['RUN x'] as never }, /^RUN is not a valid change command$/);
  assert.deepEqual(calls, []);
  for (const status of ['dead', 'removing'] as const) {
    const gone = ground({ state: stateOf(status) });
    await assert.rejects(commit(gone.context, gone.container, request), {
      kind: 'conflict',
      message: /^You cannot commit container c{64} which is /,
    });
  }
});
