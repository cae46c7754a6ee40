/**
 * A registry that cuts, stalls, dawdles, asks for patience and lies, and a real engine that pulls from it. What came
 * once is not asked for again.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { request, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { sha256 } from '../../../src/wire/digest.ts';
import type { Engine } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { listenInside } from '../../harness/network/listen-inside.ts';
import { type Offered, offer } from '../../harness/registry/offer.ts';
import { refuse, type StubRegistry, startStub } from '../../harness/registry/stub.ts';
import { until } from '../../harness/until.ts';

const MIB = 1 << 20;
const HALF = 3 * MIB;
let engine: Engine;
let stub: StubRegistry;

before(async () => {
  engine = await startEngine('minke', { flags: ['--max-concurrent-downloads=1'] });
  stub = await startStub({ socket: await listenInside(engine.netns, '127.0.0.1', 5000) });
});
after(async () => {
  await stub?.[Symbol.asyncDispose]();
  assert.deepEqual(await engine?.stop(), []);
});
afterEach(async () => {
  stub.before = () => false;
  stub.seen.length = 0;
  await engine.docker(['rmi', '-f', `${stub.host}/app:1`]);
  await engine.docker(['image', 'prune', '-f']);
  assert.deepEqual(incoming(), []);
});

const folder = (): string => join(engine.dataRoot, 'image/blobs/incoming');
const incoming = (): string[] => readdirSync(folder());
/** Bytes of the blob that are on the disk. */
const arrived = (digest: string): number =>
  statSync(join(folder(), digest.replace(':', '-')), { throwIfNoEntry: false })?.size ?? 0;
/** What was asked of the blob: `Range` of each request, '' where it was asked for whole. */
const asked = (digest: string): string[] =>
  stub.seen
    .filter(({ method, url }) => method === 'GET' && url.endsWith(`/blobs/${digest}`))
    .map(({ headers }) => headers.range ?? '');

const pull = (...flags: string[]) => engine.docker(['pull', ...flags, `${stub.host}/app:1`]);
async function pulls(image: Offered): Promise<string> {
  const { code, stdout, stderr } = await pull();
  assert.equal(code, 0, `${stdout}${stderr}`);
  const { stdout: id } = await engine.docker(['image', 'inspect', '-f', '{{.Id}}', `${stub.host}/app:1`]);
  assert.equal(id.trim(), image.id);
  return stdout;
}

/** Three layers: one that comes whole, one that is about to be cut, one that waits. */
const offered = (): Promise<Offered> => offer(stub, 'app', '1', [MIB, 8 * MIB, MIB]);

/** The first part of the blob and no more, of which each byte is on the engine's disk at the end. */
async function sendHalf(res: ServerResponse, { digest, bytes }: Offered['layers'][number]): Promise<void> {
  res.writeHead(200, { 'Content-Length': String(bytes.length) });
  res.write(bytes.subarray(0, HALF));
  await until('the half to be on the disk', () => arrived(digest) === HALF);
}

/** Deals with the first request for the blob; the rest is served as it should be. */
function onFirst(digest: string, deal: (res: ServerResponse) => Promise<void> | void): void {
  let first = true;
  stub.before = async (req, res) => {
    if (!first || !req.url?.endsWith(`/blobs/${digest}`)) return false;
    first = false;
    await deal(res);
    return true;
  };
}

test('the connection is cut in the middle of a layer: the rest is asked for, and no more', async () => {
  const image = await offered();
  const [low, cut, high] = image.layers;
  assert.ok(low && cut && high);
  onFirst(cut.digest, async (res) => {
    await sendHalf(res, cut);
    res.destroy();
  });
  const said = await pulls(image);
  assert.match(said, /Retrying in 5 seconds/);
  assert.deepEqual(
    [low, cut, high].map(({ digest }) => asked(digest)),
    [[''], ['', `bytes=${HALF}-`], ['']],
  );
});

for (const [how, end] of [
  ['killed', () => engine.crash()],
  ['ended', () => engine.down()],
] as const)
  test(`the daemon is ${how} in the middle of a layer: the next one asks for the rest, and no more`, async () => {
    const image = await offered();
    const [low, cut, high] = image.layers;
    assert.ok(low && cut && high);
    let half = false;
    onFirst(cut.digest, async (res) => {
      await sendHalf(res, cut);
      half = true;
    });
    const pulling = pull();
    await until('half of the layer to have come', () => half);
    await end();
    assert.notEqual((await pulling).code, 0);
    await engine.up();
    assert.equal(arrived(cut.digest), HALF);
    stub.seen.length = 0;
    await pulls(image);
    assert.deepEqual(asked(cut.digest), [`bytes=${HALF}-`]);
    assert.deepEqual(asked(high.digest), ['']);
    // Whole, it is not asked for again, whether it was unpacked by then or not.
    assert.deepEqual(asked(low.digest), []);
  });

/** A client that can be interrupted, as by Ctrl-C. */
function interruptible(): { readonly child: ChildProcess; readonly ended: Promise<unknown> } {
  const child = spawn(engine.client, ['pull', `${stub.host}/app:1`], { env: engine.env, stdio: 'ignore' });
  return { child, ended: once(child, 'exit') };
}

test('a cancel in the middle of a layer is heeded at once, and the next try asks for the rest', async () => {
  const image = await offered();
  const [, cut] = image.layers;
  assert.ok(cut);
  let gone = false;
  let half = false;
  onFirst(cut.digest, async (res) => {
    res.once('close', () => {
      gone = true;
    });
    await sendHalf(res, cut);
    half = true;
  });
  const { child, ended } = interruptible();
  await until('half of the layer to have come', () => half);
  child.kill('SIGINT');
  await ended;
  await until('the engine to hang up', () => gone);
  assert.equal(arrived(cut.digest), HALF);
  stub.seen.length = 0;
  await pulls(image);
  assert.deepEqual(asked(cut.digest), [`bytes=${HALF}-`]);
});

interface Message {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly overall?: { readonly current: number; readonly total: number };
}

/** A pull through the API; each message is told as it comes. */
function pullStream(onMessage: (message: Message) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const path = `/v1.51/images/create?${new URLSearchParams({ fromImage: `${stub.host}/app`, tag: '1' })}`;
    const call = request({ socketPath: engine.socket, method: 'POST', path, agent: false }, (answer) => {
      let rest = '';
      answer.on('data', (bytes: Buffer) => {
        const lines = `${rest}${bytes}`.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onMessage(JSON.parse(line));
      });
      answer.once('end', resolve).once('error', reject);
    });
    call.once('error', reject).end();
  });
}

test('a slow registry: each step shows, of the layer and of the whole', async () => {
  const image = await offer(stub, 'app', '1', [4 * MIB]);
  const [layer] = image.layers;
  assert.ok(layer);
  const shown: number[] = [];
  onFirst(layer.digest, async (res) => {
    res.writeHead(200, { 'Content-Length': String(layer.bytes.length) });
    // The next piece only when the client was told of the last one.
    for (let at = 0; at < layer.bytes.length; at += MIB) {
      res.write(layer.bytes.subarray(at, at + MIB));
      const now = Math.min(at + MIB, layer.bytes.length);
      await until(
        'the piece to be on the disk',
        () => arrived(layer.digest) === now || now === layer.bytes.length,
      );
      if (at === 2 * MIB) await until('progress to be shown', () => shown.length > 0);
    }
    res.end();
  });
  const whole: { current: number; total: number }[] = [];
  await pullStream(({ status, progressDetail, overall }) => {
    if (status !== 'Downloading') return;
    assert.equal(progressDetail?.total, layer.bytes.length);
    shown.push(progressDetail?.current ?? -1);
    if (overall !== undefined) whole.push(overall);
  });
  assert.ok(shown[0] !== undefined && shown[0] < layer.bytes.length, 'told before the end');
  assert.equal(shown.at(-1), layer.bytes.length);
  assert.deepEqual(
    shown,
    shown.toSorted((a, b) => a - b),
  );
  assert.deepEqual(whole.at(-1), { current: layer.bytes.length, total: layer.bytes.length });
});

test('429 with Retry-After: waited for, for documents and for layers', async () => {
  const image = await offered();
  const [, cut] = image.layers;
  assert.ok(cut);
  const busy = new Set(['/v2/app/manifests/1', `/v2/app/blobs/${cut.digest}`]);
  stub.before = (req, res) =>
    req.method === 'GET' && busy.delete(req.url ?? '')
      ? refuse(res, 429, 'TOOMANYREQUESTS', { 'Retry-After': '7' })
      : false;
  const said = await pulls(image);
  assert.match(said, /^1: Retrying in 7 seconds/m);
  assert.match(said, new RegExp(`^${cut.digest.slice(7, 19)}: Retrying in 7 seconds`, 'm'));
  assert.deepEqual(asked(cut.digest), ['', '']);
});

test('429 without Retry-After, or with one that nobody waits for: told at once in the words of the registry', async () => {
  await offered();
  for (const headers of [{}, { 'Retry-After': '3600' }] as Record<string, string>[]) {
    stub.seen.length = 0;
    stub.before = (req, res) =>
      req.url?.includes('/manifests/') === true ? refuse(res, 429, 'TOOMANYREQUESTS', headers) : false;
    const { code, stderr } = await pull();
    assert.equal(code, 1);
    assert.match(stderr, /toomanyrequests: toomanyrequests/);
    assert.equal(
      stub.seen.filter(({ method, url }) => method === 'GET' && url.includes('/manifests/')).length,
      1,
    );
  }
});

test('bytes that are not what they should be are refused, and no later try builds on them', async () => {
  const image = await offered();
  const [, cut] = image.layers;
  assert.ok(cut);
  const wrong = Buffer.from(cut.bytes);
  wrong[HALF] = (wrong[HALF] ?? 0) ^ 1;
  stub.blobs.set(cut.digest, wrong);
  const { code, stderr } = await pull();
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`filesystem layer verification failed for digest ${cut.digest}`));
  assert.equal(arrived(cut.digest), 0);
  // A half that was wrong already is no use to the next try.
  stub.seen.length = 0;
  onFirst(cut.digest, async (res) => {
    const torn = Buffer.from(cut.bytes.subarray(0, HALF));
    torn[0] = (torn[0] ?? 0) ^ 1;
    await sendHalf(res, { ...cut, bytes: Buffer.concat([torn, cut.bytes.subarray(HALF)]) });
    res.destroy();
  });
  stub.blobs.set(cut.digest, cut.bytes);
  const torn = await pull();
  assert.equal(torn.code, 1);
  await pulls(image);
  assert.equal(asked(cut.digest).at(-1), '');
});

test('longer, shorter and other documents are refused', async () => {
  const image = await offered();
  const [, cut] = image.layers;
  assert.ok(cut);
  stub.blobs.set(cut.digest, Buffer.concat([cut.bytes, Buffer.alloc(1)]));
  assert.match((await pull()).stderr, /size mismatch|is longer than its/);
  stub.blobs.set(cut.digest, cut.bytes);
  const bytes = stub.blobs.get(image.id);
  assert.ok(bytes);
  stub.blobs.set(image.id, Buffer.from(bytes.toString().replace('/none', '/evil')));
  assert.match((await pull()).stderr, /image config verification failed/);
  stub.blobs.set(image.id, bytes);
  const manifest = stub.manifests.get(`app@${image.digest}`);
  assert.ok(manifest);
  const other = Buffer.concat([manifest.bytes, Buffer.from(' ')]);
  assert.notEqual(sha256(other), image.digest);
  stub.manifests.set(`app@${image.digest}`, { ...manifest, bytes: other });
  const byDigest = await engine.docker(['pull', `${stub.host}/app@${image.digest}`]);
  assert.match(byDigest.stderr, /manifest verification failed/);
});

/** Of a short one every other test would depend on how fast this machine is. */
async function patience(seconds: number): Promise<void> {
  await engine.down();
  const settings = JSON.stringify({ 'registry-timeout': seconds });
  await writeFile(join(engine.dataRoot, '../daemon.json'), settings);
  await engine.up();
}

test('a registry that falls silent is noticed, and asked for the rest', async () => {
  await patience(10);
  const image = await offered();
  const [, cut] = image.layers;
  assert.ok(cut);
  onFirst(cut.digest, (res) => sendHalf(res, cut));
  const said = await pulls(image);
  assert.match(said, /Retrying in 5 seconds/);
  const [first, ...again] = asked(cut.digest);
  assert.equal(first, '');
  assert.equal(again[0], `bytes=${HALF}-`);
  // A machine that stands still for so long falls silent itself.
  for (const range of again) assert.ok(Number(/^bytes=(\d+)-$/.exec(range)?.[1]) >= HALF, range);
});

test('a registry that never speaks is given up, and says why', async () => {
  await patience(10);
  await offered();
  stub.before = () => true;
  const { code, stderr } = await pull();
  assert.equal(code, 1);
  assert.match(stderr, /Get "http:\/\/127\.0\.0\.1:5000\/v2\/": i\/o timeout/);
});
