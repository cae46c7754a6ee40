/** A compose project in a folder of its own, driven by the compose that is judging with. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { TestContext } from 'node:test';
import { type CommandResult, command } from '../../harness/command.ts';
import { until } from '../../harness/until.ts';
import { words } from '../../harness/words.ts';

const program = process.env.JUDGE_COMPOSE ?? 'docker-compose';

export interface Project {
  readonly name: string;
  readonly folder: string;
  /** Compose 1. */
  readonly old: boolean;
  /** Runs compose with these words; it must succeed. Answers standard output and error, trimmed. */
  compose(line: string): Promise<string>;
  /** The same; only standard output. */
  output(line: string): Promise<string>;
  /** However it ends. */
  tries(line: string): Promise<CommandResult>;
  /** Again and again until the output fits. */
  waits(line: string, fits: RegExp): Promise<string>;
  /** Replaces the compose file. */
  writes(file: string): Promise<void>;
}

export async function aProject(t: TestContext, file: string): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'judge-'));
  const name = basename(folder).toLowerCase();
  const tries = (line: string) =>
    command([program, '--project-name', name, ...words(line)], {
      cwd: folder,
      timeout: 200_000,
      env: { ...process.env, COMPOSE_MENU: 'false', PWD: folder },
    });
  const must = async (line: string): Promise<CommandResult> => {
    const result = await tries(line);
    assert.equal(result.code, 0, `compose ${line}\n${result.stdout}${result.stderr}`);
    return result;
  };
  t.after(async () => {
    await tries('down --volumes --timeout 0');
    await rm(folder, { recursive: true, force: true });
  });
  const project: Project = {
    name,
    folder,
    old: process.env.JUDGE_COMPOSE_OLD !== undefined,
    tries,
    async compose(line) {
      const { stdout, stderr } = await must(line);
      return (stdout + stderr).trim();
    },
    output: async (line) => (await must(line)).stdout.trim(),
    waits: (line, fits) =>
      until(`compose ${line} to say ${fits}`, async () => {
        const { stdout, stderr } = await tries(line);
        return fits.test(stdout + stderr) ? stdout + stderr : undefined;
      }),
    writes: (text) => writeFile(join(folder, 'docker-compose.yml'), text),
  };
  await project.writes(file);
  return project;
}
