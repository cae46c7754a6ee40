/** Output and status of commands, held against what Docker's own client printed for the same answers (fixtures/golden.json). */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type FakeDaemon, fakeDaemon } from './fake-daemon.ts';
import { runCli } from './run-cli.ts';

interface Recorded {
  readonly args: readonly string[];
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const fixtures = join(import.meta.dirname, 'fixtures');
const recorded: readonly Recorded[] = JSON.parse(readFileSync(join(fixtures, 'golden.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'minke-golden-'));
const socket = join(folder, 'docker.sock');
let daemon: FakeDaemon;

before(async () => {
  process.env.TZ = 'UTC';
  daemon = await fakeDaemon(socket, JSON.parse(readFileSync(join(fixtures, 'routes.json'), 'utf8')));
});
after(async () => {
  await daemon.close();
  rmSync(folder, { recursive: true });
});

/** Where ours differs on purpose. */
const other: Readonly<Record<string, string>> = {
  logs: 'ours takes several containers',
  'run --env-file /nope busybox': 'Docker 29 names the flag, as ours',
  'run --security-opt seccomp busybox': 'Docker 29 writes it as ours',
};

/** Docker's client keeps the names of an image in a map: their order there is chance. */
const sortedLines = (text: string): string => text.split('\n').sort().join('\n');

for (const { args, status, stdout, stderr } of recorded)
  test(`docker ${args.join(' ')}`, async (t) => {
    const reason = other[args.join(' ')];
    if (reason !== undefined) return t.skip(reason);
    const ours = await runCli(args, { DOCKER_CONFIG: folder, DOCKER_HOST: `unix://${socket}` });
    const shown = args[0] === 'images' ? sortedLines : (text: string) => text;
    assert.equal(shown(ours.stdout), shown(stdout));
    assert.equal(ours.stderr, stderr);
    assert.equal(ours.status, status);
    return undefined;
  });
