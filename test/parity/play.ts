/** Plays a case on an engine and writes down what came back. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf } from '../../src/errors/minke-error.ts';
import type { Engine } from '../harness/engine/contract.ts';
import { type DockerRegistry, startRegistry } from '../harness/registry/docker-registry.ts';
import { behindTerminal, type Keys } from '../harness/terminal.ts';
import { until } from '../harness/until.ts';
import { words } from '../harness/words.ts';
import type { Case, Reading, Step, Transcript, Turn } from './contract.ts';
import { type Known, leaves, Normaliser } from './normalise.ts';

export interface Stage {
  readonly engine: Engine;
  /** Path of the docker client. */
  readonly client: string;
  readonly known: Known;
}

export async function play(stage: Stage, one: Case): Promise<Transcript> {
  const { engine } = stage;
  const root = join(engine.dataRoot, '..');
  await mkdir(join(root, 'cases'), { recursive: true });
  const folder = await mkdtemp(join(root, 'cases/'));
  const known: Known = [
    ...stage.known,
    [folder, '<dir>'],
    [engine.dataRoot, '<data-root>'],
    [engine.execRoot, '<exec-root>'],
    [root, '<root>'],
    [engine.cgroupParent, '<cgroup-parent>'],
  ];
  const normaliser = new Normaliser(known);
  const turns: Turn[] = [];
  const kept = new Map([
    ['$BEGAN', (Date.now() / 1000).toFixed(3)],
    ['$DIR', folder],
    ['$DOCKER', stage.client],
    ['$BUSYBOX', stage.known.find(([, name]) => name === '<busybox>')?.[0] ?? ''],
  ]);
  const registries: DockerRegistry[] = [];
  try {
    for (const step of one.steps) {
      if (typeof step !== 'string' && 'registry' in step) {
        registries.push(await startFor(engine, folder, step));
        continue;
      }
      const turn = await take({ ...stage, folder, normaliser, kept }, step);
      if (turn !== undefined) turns.push(turn);
    }
  } catch (error) {
    // A case that can't be played to its end is a finding about that engine, not the end of the run.
    return { case: one.name, turns, trouble: `${engine.name}: ${messageOf(error)}` };
  } finally {
    for (const registry of registries) await registry.stop();
    await sweep(engine);
    await rm(folder, { recursive: true, force: true });
  }
  return { case: one.name, turns };
}

type RegistryStep = Extract<Step, { readonly registry: number }>;

function startFor(
  engine: Engine,
  folder: string,
  { registry: port, login }: RegistryStep,
): Promise<DockerRegistry> {
  const place = join('cases', basename(folder), `registry-${port}`);
  return startRegistry(engine, { port, folder: place, ...(login === undefined ? {} : { login }) });
}

interface Scene extends Stage {
  readonly folder: string;
  readonly normaliser: Normaliser;
  /** What stands for what in the steps' lines: `$NAME` and its text. */
  readonly kept: Map<string, string>;
}

/** Longer names first, so that none is taken for the beginning of another. */
const fill = (line: string, kept: ReadonlyMap<string, string>): string =>
  [...kept]
    .sort(([a], [b]) => b.length - a.length)
    .reduce((text, [name, value]) => text.replaceAll(name, value), line);

function remember(kept: Map<string, string>, name: string | undefined, value: string): void {
  if (name === undefined) return;
  kept.set(`$${name}`, value);
  kept.set(`$${name}_SHORT`, value.slice(0, 12));
}

async function take(scene: Scene, step: Exclude<Step, RegistryStep>): Promise<Turn | undefined> {
  const { engine, client, folder, normaliser, kept } = scene;
  const filled = (line: string) => fill(line, kept);
  const argvOf = (line: string) => words(filled(line)).slice(1);
  if (typeof step === 'string') return take(scene, { run: step });
  if ('file' in step) {
    await writeFile(join(folder, step.file), step.text);
    return undefined;
  }
  if ('until' in step) {
    const probe = async () => {
      const { stdout, stderr } = await engine.docker(argvOf(step.until), { client, cwd: folder });
      return step.fits.test(stdout + stderr);
    };
    await until(`${step.until} to say ${step.fits}`, probe);
    return undefined;
  }
  if ('api' in step) {
    const [method = 'GET', path = '/'] = filled(step.api).split(' ');
    const { status, text, headers, json } = await engine.api(method, path, step.body);
    remember(kept, step.keep, String((json as { Id?: string } | undefined)?.Id));
    const named = (step.headers ?? []).map((name) => `${name}: ${normaliser.text(String(headers[name]))}`);
    return { step: step.api, lines: [`status ${status}`, ...named, ...body(text, step, normaliser)] };
  }
  if ('inside' in step) {
    const { code, stdout, stderr } = await engine.inside(words(filled(step.inside)), { cwd: folder });
    return {
      step: step.inside,
      lines: [`exit ${code}`, ...body(stdout, step, normaliser), ...errors(stderr, step, normaliser)],
    };
  }
  const argv = argvOf(step.run);
  const timeout = step.timeout ?? 120_000;
  const result = step.tty
    ? await behindTerminal([client, ...argv], keysOf(step), {
        env: engine.env,
        cwd: folder,
        timeout,
      })
    : await engine.docker(argv, {
        client,
        cwd: folder,
        timeout,
        ...(step.input === undefined ? {} : { input: step.input }),
      });
  remember(kept, step.keep, result.stdout.trim());
  if (!step.detaches && !result.timedOut) await ended(engine, argv);
  return {
    step: step.run,
    lines: [
      result.timedOut ? 'ended by the time limit' : `exit ${result.code}`,
      ...body(result.stdout, step, normaliser),
      ...errors(result.stderr, step, normaliser),
    ],
  };
}

/** Docker tells the client of a container in the foreground that it ended a moment before lists and inspect do. */
async function ended(engine: Engine, [verb, ...argv]: readonly string[]): Promise<void> {
  const name = argv[argv.indexOf('--name') + 1];
  if (verb !== 'run' || name === undefined || !argv.includes('--name') || argv.includes('-d')) return;
  const query = encodeURIComponent(JSON.stringify({ name: [`^/${name}$`], status: ['running'] }));
  const gone = async () => {
    const { json } = await engine.api('GET', `/containers/json?filters=${query}`);
    return !Array.isArray(json) || json.length === 0;
  };
  await until(`${name} to be told as ended`, gone);
}

/** A client that has not yet made its terminal raw would let it echo what is typed: `after` says when it has. */
const keysOf = ({ input, after }: { input?: string; after?: RegExp }): readonly Keys[] =>
  input === undefined ? [] : [{ press: input, ...(after === undefined ? {} : { after }) }];

function body(text: string, reading: Reading, normaliser: Normaliser): string[] {
  if (reading.statusOnly) return [];
  if (reading.json || reading.shape || reading.jsonLines) {
    let value: unknown;
    try {
      value = JSON.parse(reading.jsonLines ? `[${text.trimEnd().split('\n').join(',')}]` : text);
    } catch {
      return ['(no JSON)', ...plain(text, normaliser)];
    }
    return jsonLines(value, reading, normaliser);
  }
  const normal = plain(text, normaliser);
  const lines = reading.numbers ? normal.map((line) => line.replace(/\b\d+\b/g, '<number>')) : normal;
  return reading.unordered ? lines.sort() : lines;
}

function jsonLines(value: unknown, reading: Reading, normaliser: Normaliser): string[] {
  const starts = (path: string, prefixes: readonly string[] | undefined) =>
    prefixes?.some((prefix) => path.startsWith(prefix));
  const lines = leaves(value)
    .filter(({ path }) => (starts(path, reading.pick) ?? true) && !starts(path, reading.drop))
    .map((leaf) => {
      const path = normaliser.text(leaf.path);
      const shown = reading.unordered ? path.replace(/(^|\.)\d+(?=\.|$)/g, '$1*') : path;
      return `${shown} = ${reading.shape ? kindOf(leaf.value) : normaliser.leaf(leaf.path, leaf.value)}`;
    });
  return reading.unordered ? lines.sort() : lines;
}

const errors = (text: string, reading: Reading, normaliser: Normaliser): string[] =>
  reading.statusOnly ? [] : plain(text, normaliser).map((line) => `stderr: ${line}`);

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;

/** What clients say or leave unsaid by the chance of a race of their own. */
const chance = [/error waiting for container: context canceled/];

/** Lines without the padding of tables, whose width is that of ids and names. */
const plain = (text: string, normaliser: Normaliser): string[] =>
  text === ''
    ? []
    : normaliser
        .text(text)
        .replace(/\n$/, '')
        .split('\n')
        .filter((line) => !chance.some((pattern) => pattern.test(line)))
        .map((line) => line.replace(/ {2,}/g, '  ').trimEnd());

/** Leaves only `busybox:latest` behind. */
async function sweep(engine: Engine): Promise<void> {
  const list = async (path: string, key?: string): Promise<Record<string, unknown>[]> => {
    const { json } = await engine.api('GET', path);
    const rows = key === undefined ? json : (json as Record<string, unknown> | null)?.[key];
    return Array.isArray(rows) ? rows : [];
  };
  for (const { Id } of await list('/containers/json?all=1'))
    await engine.api('DELETE', `/containers/${Id}?force=1&v=1`);
  const builtIn = new Set(['bridge', 'host', 'none']);
  for (const { Name } of await list('/networks')) {
    if (!builtIn.has(String(Name))) await engine.api('DELETE', `/networks/${Name}`);
  }
  for (const { Name } of await list('/volumes', 'Volumes'))
    await engine.api('DELETE', `/volumes/${Name}?force=1`);
  for (const { Id, RepoTags } of await list('/images/json')) {
    const tags = Array.isArray(RepoTags) ? RepoTags : [];
    const others = tags.filter((tag) => tag !== 'busybox:latest');
    for (const tag of others) await engine.api('DELETE', `/images/${tag}?force=1`);
    if (tags.length === 0) await engine.api('DELETE', `/images/${Id}?force=1`);
  }
}
