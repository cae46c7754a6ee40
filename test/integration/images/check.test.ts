/** A real store that is damaged in every way: `system check` finds each, changes nothing unasked, and repairs. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { sha256 } from '../../../src/wire/digest.ts';
import type { Engine } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { loadBusybox } from '../../harness/images/busybox.ts';
import { words } from '../../harness/words.ts';

const client = resolve(import.meta.dirname, '../../../bin/minke');
const APP = '127.0.0.1:5000/app';
let engine: Engine;

async function types(line: string): Promise<string> {
  const { code, stdout, stderr } = await engine.docker(words(line), { client });
  assert.equal(code, 0, `${line}\n${stdout}${stderr}`);
  return stdout.trim();
}

interface Report {
  readonly code: number;
  /** `kind problem`, digests and ids left out, sorted. */
  readonly problems: readonly string[];
  readonly again: readonly string[];
  readonly unrepaired: readonly string[];
}

interface Row {
  readonly Kind: string;
  readonly Problem: string;
  readonly Repaired: boolean;
  readonly PullAgain: readonly string[];
}

async function check(...flags: string[]): Promise<Report> {
  const { code, stdout, stderr } = await engine.docker(['system', 'check', '--format=json', ...flags], {
    client,
  });
  assert.match(stdout, /^\{/, stderr);
  const rows: Row[] = JSON.parse(stdout).Problems;
  const short = ({ Kind, Problem }: Row) => `${Kind}: ${Problem.replace(/ ?sha256:[0-9a-f]{64}/g, '')}`;
  return {
    code,
    problems: rows.map(short).sort(),
    again: rows.flatMap(({ PullAgain }) => PullAgain),
    unrepaired: rows.filter(({ Repaired }) => !Repaired).map(short),
  };
}

const clean: Report = { code: 0, problems: [], again: [], unrepaired: [] };
const at = (...path: string[]): string => join(engine.dataRoot, ...path);
const blob = (digest: string): string => at('image/blobs/sha256', digest.replace('sha256:', ''));
const inspect = (image: string, field: string): Promise<string> =>
  types(`image inspect -f '{{${field}}}' ${image}`);

/** An image of one layer more, holding a file of that name. */
async function make(name: string): Promise<void> {
  const file = name.replaceAll(/\W/g, '-');
  await types(`run --name maker busybox sh -c "echo ${file} > /${file}"`);
  await types(`commit maker ${name}`);
  await types('rm maker');
}

/** Another byte in a file of the topmost layer. */
async function damage(image: string): Promise<void> {
  const upper = await inspect(image, '.GraphDriver.Data.UpperDir');
  const [file = ''] = readdirSync(upper);
  writeFileSync(join(upper, file), '!', { flag: 'r+' });
}

before(async () => {
  engine = await startEngine('minke', {
    flags: ['--registry=127.0.0.1:5000'],
    config: { 'live-restore': true },
  });
  await loadBusybox(engine);
  for (const image of [`${APP}:1`, `${APP}:2`]) {
    await make(image);
    await types(`push -q ${image}`);
    await types(`rmi ${image}`);
    await types(`pull -q ${image}`);
  }
  await make('hand:1');
});
after(async () => {
  const ids = await types('ps -aq');
  if (ids !== '') await types(`rm -f ${ids.split('\n').join(' ')}`);
  assert.deepEqual(await engine.stop(), []);
});

test('a store that nobody touched is right', async () => {
  assert.deepEqual(await check(), clean);
  assert.match(
    (await engine.docker(['system', 'check'], { client })).stdout,
    /^4 images, 4 layers, \d+ blobs, 0 containers: nothing is wrong\n$/,
  );
});

test('what can be made anew or belongs to nothing', async () => {
  const upper = await inspect('busybox', '.GraphDriver.Data.UpperDir');
  const folder = join(upper, '..');
  const short = readFileSync(join(folder, 'link'), 'utf8');
  rmSync(at('overlay2/l', short));
  symlinkSync('../nothing/diff', at('overlay2/l/AAAAAA'));
  mkdirSync(at('overlay2', 'f'.repeat(64), 'diff'), { recursive: true });
  mkdirSync(at('image/overlay2/layerdb/sha256', '0'.repeat(64)));
  mkdirSync(at('image/overlay2/layerdb/tmp/left'));
  const [layer = ''] = (await inspect('busybox', 'json .RootFS.Layers')).match(/[0-9a-f]{64}/) ?? [];
  rmSync(at('image/overlay2/layerdb/sha256', layer, 'layer.json'));
  const alone = randomBytes(100);
  writeFileSync(blob(sha256(alone)), alone);
  writeFileSync(blob(sha256('other')), 'not this');
  await types('create --name made busybox true');
  const container = await types("inspect -f '{{.Id}}' made");
  rmSync(at('overlay2', container, 'parent'));
  rmSync(at('overlay2', container, 'work'), { recursive: true });
  const manifest = (await inspect(`${APP}:1`, 'index .RepoDigests 0')).split('@')[1] ?? '';
  writeFileSync(blob(manifest), 'no manifest');

  const expected = [
    'blob: its bytes are not those of its name',
    'blob: nothing names it',
    'manifest: the manifest of image is damaged',
    'storage: a folder or the mark beside its files is lost',
    ...Array<string>(4).fill('storage: it belongs to no layer and no container'),
    'storage: its record is damaged or missing',
    'storage: its short name is lost',
  ];
  // The manifest is a damaged blob too, which is told once.
  const first = await check();
  assert.deepEqual(first.problems, expected);
  assert.equal(first.code, 1);
  assert.deepEqual(await check(), first, 'without --repair nothing changes');
  const repaired = await check('--repair');
  assert.deepEqual(repaired.problems, expected);
  assert.deepEqual([repaired.code, repaired.unrepaired], [0, []]);
  assert.deepEqual(await check(), clean);
  await types('start -a made');
  await types('rm made');
  assert.equal(await types('run --rm busybox echo works'), 'works');
  assert.match(await types(`pull ${APP}:1`), /Image is up to date/);
  assert.deepEqual(await check(), clean);
});

test('damaged layers and configs cost their images, which come again from their registry', async () => {
  await damage(`${APP}:1`);
  rmSync(await inspect(`${APP}:2`, '.GraphDriver.Data.UpperDir'), { recursive: true });
  writeFileSync(blob(await inspect('hand:1', '.Id')), '{}');
  const found = await check();
  assert.deepEqual(found.problems, [
    'image: its config is damaged',
    'image: its layer is damaged: its files are missing',
    'image: its layer is damaged: its files are not what they were',
    'layer: its files are missing',
    'layer: its files are not what they were',
  ]);
  assert.deepEqual(found.again.toSorted(), [`minke pull ${APP}:1`, `minke pull ${APP}:2`]);
  const repaired = await check('--repair');
  assert.deepEqual([repaired.code, repaired.unrepaired], [0, []]);
  // What came from a registry is here again, under its names; what was made here is gone.
  assert.deepEqual(repaired.again, []);
  assert.deepEqual(await check(), clean);
  assert.equal((await engine.docker(['image', 'inspect', 'hand:1'])).code, 1);
  for (const [name, image] of [
    ['127-0-0-1-5000-app-1', `${APP}:1`],
    ['127-0-0-1-5000-app-2', `${APP}:2`],
  ])
    assert.equal(await types(`run --rm ${image} cat /${name}`), name);
  assert.deepEqual(await check(), clean);
});

test('what no registry gives back is told, with why', async () => {
  await make(`${APP}:3`);
  await types(`push -q ${APP}:3`);
  const digest = (await inspect(`${APP}:3`, 'index .RepoDigests 0')).split('@')[1] ?? '';
  const url = `http://${APP.replace('/', '/v2/')}/manifests/${digest}`;
  assert.equal((await engine.inside(['curl', '-fsS', '-X', 'DELETE', url])).code, 0);
  await damage(`${APP}:3`);
  const { code, stdout } = await engine.docker(['system', 'check', '--repair'], { client });
  assert.equal(code, 0);
  assert.match(
    stdout,
    /image sha256:.*files are not what they were \(repaired\)\n {2}it could not be fetched again: /,
  );
  assert.ok(stdout.includes(`to have it again: minke pull ${APP}:3\n`));
  assert.deepEqual(await check(), clean);
});

test('what containers stand on is told and left to people', async () => {
  await types(`create --name stands ${APP}:1 true`);
  await damage(`${APP}:1`);
  await types('create --name hollow busybox true');
  const hollow = await types("inspect -f '{{.Id}}' hollow");
  rmSync(at('overlay2', hollow, 'diff'), { recursive: true });
  const problems = [
    'container: its files are missing',
    'container: its layer is damaged',
    'image: its layer is damaged: its files are not what they were',
    'layer: its files are not what they were',
  ];
  const left = await check('--repair');
  assert.deepEqual([left.code, left.problems], [1, problems]);
  assert.deepEqual(left.unrepaired.toSorted(), problems);
  await types('rm -f stands hollow');
  const now = await check('--repair');
  assert.deepEqual([now.code, now.unrepaired], [0, []]);
  assert.deepEqual(await check(), clean);
  await types(`pull -q ${APP}:1`);
});

test('what was lost while no daemon was there', async () => {
  await make('gone:1');
  const config = blob(await inspect('gone:1', '.Id'));
  const names = at('image/repositories.json');
  await engine.crash();
  rmSync(config);
  const record = JSON.parse(readFileSync(names, 'utf8'));
  record.Repositories.ghost = { 'ghost:1': sha256('no image') };
  writeFileSync(names, JSON.stringify(record));
  writeFileSync(
    at('image/sources', `${sha256('no layer').slice(7)}.json`),
    JSON.stringify({ diffId: sha256('no layer'), blobs: [] }),
  );
  await engine.up();
  // A change of names does not lose those whose images are gone.
  await types('tag busybox busybox:other');
  await types('rmi busybox:other');
  const expected = [
    'image: its config is missing',
    'layer: no image and no container needs it',
    'name: its image is missing',
  ];
  const found = await check();
  assert.deepEqual([found.code, found.problems], [1, expected]);
  assert.match(await engine.log(), /minke system check --repair/);
  const repaired = await check('--repair');
  assert.deepEqual([repaired.code, repaired.problems, repaired.unrepaired], [0, expected, []]);
  assert.deepEqual(await check(), clean);
  await engine.crash();
  await engine.up();
  assert.deepEqual(await check(), clean);
});

test('while images come and go a check finds nothing and disturbs nobody', { timeout: 300_000 }, async () => {
  let over = false;
  const churn = (async () => {
    for (let round = 0; round < 6; round++) {
      await types(`rmi ${APP}:1`);
      await types(`pull -q ${APP}:1`);
      await make('passing:1');
      await types('rmi passing:1');
    }
  })().finally(() => {
    over = true;
  });
  const wrong: Report[] = [];
  for (let round = 0; !over; round++) {
    const found = await check(...(round % 2 ? ['--repair'] : []));
    if (found.problems.length > 0) wrong.push(found);
  }
  await churn;
  assert.deepEqual(wrong, []);
  assert.deepEqual(await check(), clean);
});
