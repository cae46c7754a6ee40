import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../../wire/digest.ts';
import { decide } from './decide.ts';
import type { ImageFacts, LayerFacts, StoreFacts } from './facts.ts';
import { pullAgain } from './pull-again.ts';

const id = (name: string) => sha256(name);
const names = ['a', 'b', 'c', 'x', 'i', 'j', 'm', 'blob', 'diff', 'diff a', 'diff b', 'diff c', 'diff x'];
/** Digests by what they are digests of. */
const plain = (text: string): string => names.reduce((shown, name) => shown.replaceAll(id(name), name), text);
/** One line a finding: `kind subject: problem → repair`. */
const said = (facts: StoreFacts): string[] =>
  decide(facts).map(({ kind, subject, problem, repair, reason }) => {
    const what = repair === null ? `nothing (${reason})` : repair.do;
    const layers = repair?.do === 'remove layers' ? ` ${repair.layers.join(' ')}` : '';
    return plain(`${kind} ${subject}: ${problem} → ${what}${layers}`);
  });

const layer = (name: string, parent: string | null, more: Partial<LayerFacts> = {}): LayerFacts => ({
  chainId: id(name),
  diffId: id(`diff ${name}`),
  parent: parent === null ? null : id(parent),
  counted: 1,
  images: 1,
  held: false,
  problem: null,
  ...more,
});
const image = (name: string, chain: readonly string[], more: Partial<ImageFacts> = {}): ImageFacts => ({
  id: id(name),
  chain: chain.map(id),
  problem: null,
  manifests: [],
  names: [`${name}:1`],
  platform: null,
  containers: [],
  ...more,
});
const blob = (name: string, more: object = {}) => ({ digest: id(name), whole: true, pinned: false, ...more });
/** One image of two layers, and nothing wrong. */
const store = (more: Partial<StoreFacts> = {}): StoreFacts => ({
  images: [image('i', ['a', 'b'])],
  layers: [layer('a', null), layer('b', 'a')],
  blobs: [blob('i')],
  sources: [],
  lostNames: [],
  filesystems: [],
  owned: [],
  busy: false,
  settled: true,
  storage: [],
  ...more,
});

test('nothing is wrong', () => assert.deepEqual(said(store()), []));

test('a damaged layer costs the images above it, and goes with what stands on it', () => {
  const layers = [layer('a', null, { problem: 'torn' }), layer('b', 'a')];
  const images = [image('i', ['a', 'b']), image('j', ['a'])];
  assert.deepEqual(said(store({ layers, images, blobs: [blob('i'), blob('j')] })), [
    'image i: its layer a is damaged: torn → drop image',
    'image j: its layer a is damaged: torn → drop image',
    'layer a: torn → remove layers a b',
  ]);
});

test('a layer whose folder or parent is missing', () => {
  const tree = { kind: 'tree', subject: id('b'), problem: 'its files are missing' } as const;
  assert.deepEqual(said(store({ storage: [tree] })), [
    'image i: its layer b is damaged: its files are missing → drop image',
    'layer b: its files are missing → remove layers b',
  ]);
  assert.deepEqual(said(store({ layers: [layer('b', 'a')] })), [
    'image i: its layer b is damaged: its parent a is missing → drop image',
    'layer b: its parent a is missing → remove layers b',
  ]);
});

test('what containers need is left to people', () => {
  const facts = store({
    layers: [layer('a', null, { problem: 'torn' }), layer('b', 'a')],
    images: [image('i', ['a', 'b'], { containers: ['c1'] })],
    filesystems: [{ id: 'c1', parent: id('b') }],
    owned: [{ id: 'c1', name: 'web', needed: true }],
  });
  assert.deepEqual(said(facts), [
    'container web: its layer a is damaged → nothing (nothing can bring it back: minke rm -f web)',
    'image i: its layer a is damaged: torn → nothing (container c1 is made of it: remove that first)',
    'layer a: torn → nothing (container c1 stands on it: remove that first)',
  ]);
});

test('layers that nobody needs go from the top; work under way and containers keep theirs', () => {
  const loose = [layer('c', null), layer('x', 'c')];
  const layers = [...store().layers, ...loose];
  assert.deepEqual(said(store({ layers })), [
    'layer c: no image and no container needs it → remove layers c x',
    'layer x: no image and no container needs it → remove layers x',
  ]);
  assert.deepEqual(said(store({ layers, busy: true })), []);
  const held = layers.map((one) => (one.chainId === id('x') ? { ...one, held: true } : one));
  assert.deepEqual(said(store({ layers: held })), []);
  const container = { filesystems: [{ id: 'c1', parent: id('x') }], owned: [] };
  assert.deepEqual(said(store({ layers, ...container, settled: false })), []);
});

test('filesystems without a container, and containers without one', () => {
  const owned = [
    { id: 'c1', name: 'web', needed: true },
    { id: 'c2', name: 'half-removed', needed: false },
  ];
  const filesystems = [{ id: 'f1', parent: null }];
  const missing =
    'container web: its filesystem is missing → nothing (nothing can bring it back: minke rm -f web)';
  assert.deepEqual(said(store({ owned, filesystems })), [
    missing,
    'filesystem f1: no container has it → remove filesystem',
  ]);
  assert.deepEqual(said(store({ owned, filesystems, settled: false })), [missing]);
});

test('images that were left out at start, their names, and names of nothing', () => {
  const images = [image('i', ['a', 'b'], { problem: 'its config is missing', names: [] })];
  const lostNames = [
    { name: 'i:1', image: id('i') },
    { name: 'ghost:1', image: id('j') },
  ];
  const facts = store({
    images,
    lostNames,
    blobs: [],
    layers: store().layers.map((one) => ({ ...one, counted: 0, images: 0 })),
  });
  assert.deepEqual(said(facts), [
    'image i: its config is missing → drop image',
    'name ghost:1: its image j is missing → drop name',
  ]);
});

test('blobs: damaged, missing, of nobody; pinned ones stay', () => {
  const manifests = [{ digest: id('m') }];
  const images = [image('i', ['a', 'b'], { manifests })];
  assert.deepEqual(said(store({ images, blobs: [blob('i'), blob('m')] })), []);
  assert.deepEqual(said(store({ images, blobs: [blob('i'), blob('m', { whole: false })] })), [
    'manifest m: the manifest of image i is damaged → forget manifest',
  ]);
  assert.deepEqual(said(store({ images })), [
    'manifest m: the manifest of image i is missing → forget manifest',
  ]);
  const sources = [{ diffId: id('diff a'), blobs: [id('x')] }];
  assert.deepEqual(said(store({ sources, blobs: [blob('i'), blob('x'), blob('blob')] })), [
    'blob blob: nothing names it → remove blob',
  ]);
  assert.deepEqual(said(store({ busy: true, blobs: [blob('i'), blob('blob')] })), []);
  assert.deepEqual(said(store({ sources, blobs: [blob('i'), blob('x', { whole: false })] })), [
    'blob x: its bytes are not those of its name → remove blob',
  ]);
  assert.deepEqual(said(store({ blobs: [blob('i'), blob('blob', { pinned: true, whole: false })] })), []);
});

test('where layers came from that are not here, unless they are coming', () => {
  const sources = [{ diffId: id('diff'), blobs: [id('x')] }];
  assert.deepEqual(said(store({ sources })), [
    'source diff: it tells where a layer came from that is not here → forget source',
  ]);
  assert.deepEqual(said(store({ sources, blobs: [blob('i'), blob('x', { pinned: true })] })), []);
  assert.deepEqual(said(store({ sources, busy: true })), []);
});

test('pieces and strays of the storage driver; counts', () => {
  const storage = [
    { kind: 'piece', subject: 'l', problem: 'lost' },
    { kind: 'stray', subject: 's', problem: 'loose' },
  ] as const;
  const layers = [layer('a', null, { counted: 3 }), layer('b', 'a')];
  assert.deepEqual(said(store({ storage, layers })), [
    'storage l: lost → mend storage',
    'storage s: loose → mend storage',
    'count a: 3 images are counted on it, there are 1 → count anew',
  ]);
});

test('what brings an image again', () => {
  const digest = id('m');
  assert.deepEqual(pullAgain(['busybox:1', 'busybox:2', `busybox@${digest}`], null), [
    'minke pull busybox:1',
    'minke pull busybox:2',
  ]);
  assert.deepEqual(pullAgain([`r.test:5000/a@${digest}`], 'linux/arm64'), [
    `minke pull --platform linux/arm64 r.test:5000/a@${digest}`,
  ]);
  assert.deepEqual(pullAgain(['built:here', 'renamed:1', `busybox@${digest}`], null), [
    `minke pull busybox@${digest}`,
  ]);
  assert.deepEqual(pullAgain(['built:here'], null), []);
});
