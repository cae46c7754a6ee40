/** Help of every command: by flag and by `help`, its examples command lines that the program itself takes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from '../../src/cli/command.ts';
import { parseFlags } from '../../src/cli/flags/parse.ts';
import { globalFlags } from '../../src/cli/globals.ts';
import { resolve } from '../../src/cli/resolve.ts';
import { root } from '../../src/cli/root.ts';
import { everyCommand } from '../../src/cli/tree.ts';
import { words } from '../harness/words.ts';
import { runCli } from './run-cli.ts';

const env = { DOCKER_HOST: 'unix:///nonexistent', DOCKER_CONFIG: '/nonexistent' };

const commands = everyCommand(root).map(([path, leaf]) => [path.split(' '), leaf] as const);

const shortcuts = root.entries.filter((entry) => entry.kind === 'shortcut').map(({ name }) => [name]);

for (const path of [...commands.map(([path]) => path), ...shortcuts])
  test(`${path.join(' ')} --help`, async () => {
    const called = await runCli([...path, '--help'], env, { program: 'minke' });
    assert.deepEqual([called.status, called.stderr], [0, '']);
    assert.ok(called.stdout.startsWith(`Usage:  minke ${path.join(' ')}`), called.stdout);
    const asked = await runCli(['help', ...path], env, { program: 'minke' });
    assert.equal(asked.stdout, called.stdout);
    const before = await runCli(['--help', ...path, 'x'], env, { program: 'minke' });
    assert.equal(before.stdout, called.stdout);
  });

/** The command of an example, and its words; the part behind a pipe or in front of one that is no command of ours is left out. */
function parts(example: string): string[][] {
  return example
    .replace(/\$\([^)]*\)/g, 'x')
    .split(/ \| | && /)
    .map((part) => words(part.replace(/ [<>] \S+/g, '')))
    .filter(([program]) => program === 'minke')
    .map(([, ...rest]) => rest);
}

function takes(command: Command, rest: readonly string[]): void {
  const { args } = parseFlags(rest, command.flags, { interspersed: command.interspersed ?? true });
  const { min, max } = command.arity;
  assert.ok(args.length >= min && (max === undefined || args.length <= max), `${args.length} arguments`);
}

for (const [path, leaf] of commands)
  test(`examples of ${path.join(' ')}`, async () => {
    const { command } = await leaf.load();
    for (const example of command.examples ?? []) {
      const lines = parts(example);
      assert.ok(lines.length > 0, `${example} is no command line of ours`);
      for (const line of lines) {
        const { args } = parseFlags(line, globalFlags, { interspersed: false });
        const found = resolve(root, 'minke', args);
        assert.equal(found.kind, 'leaf', example);
        if (found.kind === 'leaf') takes((await found.leaf.load()).command, found.rest);
      }
    }
  });

test('every command has an example', async () => {
  const without: string[] = [];
  for (const [path, leaf] of commands) {
    const { command } = await leaf.load();
    if ((command.examples ?? []).length === 0) without.push(path.join(' '));
  }
  assert.deepEqual(without, []);
});

test('help fits the window', async () => {
  const { stdout } = await runCli(['run', '--help'], env, { terminal: true, columns: 60 });
  assert.equal(
    stdout.split('\n').find((line) => line.length > 60 && line.slice(50).includes(' ')),
    undefined,
  );
});
