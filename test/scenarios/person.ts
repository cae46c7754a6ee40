/**
 * A person at a terminal with an engine of their own. Scenarios type what a person types; afterwards nothing may be
 * left on the host. `MINKE_TEST_ENGINE=docker28` plays them on Docker, which shows that a scenario asks for what
 * people are used to.
 */
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import type { CommandResult } from '../harness/command.ts';
import type { Engine, EngineName, EngineOptions } from '../harness/engine/contract.ts';
import { newestClient } from '../harness/engine/daemon.ts';
import { removeContainers } from '../harness/engine/requests.ts';
import { startEngine } from '../harness/engine/start.ts';
import { loadBusybox } from '../harness/images/busybox.ts';
import { assertNoDescriptorsLeft, assertNothingLeft } from '../harness/leaks/leaked.ts';
import { atRest, descriptors, type Snapshot } from '../harness/leaks/snapshot.ts';
import { behindTerminal, type Keys } from '../harness/terminal.ts';
import { until } from '../harness/until.ts';
import { words } from '../harness/words.ts';

const OURS = resolve(import.meta.dirname, '../../bin/minke');

export interface Person {
  readonly engine: Engine;
  /** A folder of theirs, `$DIR` in what they type. */
  readonly folder: string;
  /** Types `docker …` (answered by our command line, with our engine); it must succeed. Answers its output, trimmed. */
  types(line: string, input?: string): Promise<string>;
  /** Types something that must fail with words that fit; answers the exit status. */
  isRefused(line: string, words: RegExp): Promise<number>;
  /** The same behind a terminal, with what they press. */
  atTerminal(line: string, ...keys: readonly Keys[]): Promise<CommandResult>;
  /** Types it again and again until the output fits. */
  waitsFor(line: string, fits: RegExp): Promise<string>;
  /** Runs a program on the host of the engine, e.g. to look at a published port. */
  onHost(line: string): Promise<string>;
}

function engineName(): EngineName {
  const name = process.env.MINKE_TEST_ENGINE ?? 'minke';
  if (name !== 'minke' && name !== 'docker28' && name !== 'docker20')
    throw new Error(`no such engine: ${name}`);
  return name;
}

/** Starts an engine with busybox in it; at the test's end it is stopped and the host looked over. */
export async function aPerson(t: TestContext, options: EngineOptions = {}): Promise<Person> {
  const engine = await startEngine(engineName(), options);
  const watched = { naming: [engine.netns], netns: engine.netns, cgroup: engine.cgroupParent };
  const ours = engine.name === 'minke';
  let before: Snapshot | undefined;
  const open = new Map<number, readonly string[]>();
  t.after(async () => {
    try {
      await removeContainers(engine);
      await engine.api('POST', '/networks/prune');
      // Docker leaves its own cgroup parent and processes that wait to be reused.
      if (before !== undefined && ours) await assertNothingLeft(before, watched);
      // A scenario may have started the daemon anew: what is gone holds nothing.
      const running = new Set(await engine.processes());
      for (const [pid, list] of open) if (running.has(pid)) await assertNoDescriptorsLeft(pid, list);
    } finally {
      const forced = await engine.stop();
      if (ours) assert.deepEqual(forced, [], 'the engine left things behind when it ended');
    }
  });
  await loadBusybox(engine);
  // The first container makes what stays with the daemon, such as the keeper.
  const client = ours ? OURS : newestClient();
  const first = await engine.docker(['run', '--rm', 'busybox', 'true'], { client });
  assert.equal(first.code, 0, first.stderr);
  before = await atRest(watched);
  if (ours) for (const pid of await engine.processes()) open.set(pid, await descriptors(pid));

  const folder = await mkdtemp(join(engine.dataRoot, '../person-'));
  const argvOf = (line: string) => words(line.replaceAll('$DIR', folder)).slice(1);
  const run = (line: string, input?: string) =>
    engine.docker(argvOf(line), { client, cwd: folder, ...(input === undefined ? {} : { input }) });
  return {
    engine,
    folder,
    async types(line, input) {
      const result = await run(line, input);
      assert.equal(result.code, 0, `${line}\n${result.stdout}${result.stderr}`);
      return (result.stdout + result.stderr).trim();
    },
    async isRefused(line, fits) {
      const result = await run(line);
      assert.notEqual(result.code, 0, `${line} was expected to fail and said:\n${result.stdout}`);
      assert.match(result.stderr, fits, line);
      return result.code;
    },
    atTerminal: (line, ...keys) =>
      behindTerminal([client, ...argvOf(line)], keys, { env: engine.env, cwd: folder, timeout: 120_000 }),
    waitsFor: (line, fits) =>
      until(`${line} to say ${fits}`, async () => {
        const { stdout, stderr } = await run(line);
        const said = (stdout + stderr).trim();
        return fits.test(said) ? said : undefined;
      }),
    async onHost(line) {
      const result = await engine.inside(words(line.replaceAll('$DIR', folder)));
      assert.equal(result.code, 0, `${line}\n${result.stdout}${result.stderr}`);
      return result.stdout.trim();
    },
  };
}

/** Arguments that run a web server saying `page` on port 80, out of the small image. */
export const webServer = (page: string): string =>
  `busybox sh -c "mkdir /www; echo ${page} > /www/index.html; httpd -f -p 80 -h /www"`;
