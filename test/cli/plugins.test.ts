/** Plugins that bring commands of their own: found, asked what they are, become; and this program as a plugin itself. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { builderWords } from '../../src/cli/plugins/builder.ts';
import { program } from './program.ts';
import { runCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'minke-plugins-'));
after(() => rmSync(folder, { recursive: true }));
chmodSync(folder, 0o755);
const plugins = join(folder, 'cli-plugins');
mkdirSync(plugins);
const env = { DOCKER_CONFIG: folder, DOCKER_HOST: 'unix:///nonexistent', PATH: process.env.PATH };

function plugin(name: string, metadata: string, body = 'exit 9'): string {
  const path = join(plugins, `docker-${name}`);
  const script = `#!/bin/sh\nif [ "$1" = docker-cli-plugin-metadata ]; then echo '${metadata}'; exit; fi\n${body}\n`;
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}

const good = '{"SchemaVersion":"0.1.0","Vendor":"Somebody","Version":"v1","ShortDescription":"Says things"}';
const saying = plugin(
  'saying',
  good,
  'echo "args: $*"; echo "again: $DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND" >&2; exit 42',
);
plugin('old', '{"SchemaVersion":"2.0.0","Vendor":"x"}');
plugin('nobody', '{"SchemaVersion":"0.1.0"}');
plugin('broken', 'no JSON');
plugin('ps', good);
plugin('Bad-Name', good);
const open = plugin('open', good);
chmodSync(open, 0o757);

const started = (args: readonly string[], more: NodeJS.ProcessEnv = {}) => {
  const [file, ...first] = program;
  return spawnSync(file, [...first, ...args], { env: { ...env, ...more }, encoding: 'utf8' });
};

test('the plugin gets the whole line, takes the place of the process, and its status counts', () => {
  const { status, stdout, stderr } = started(['-D', '--config', folder, 'saying', 'hello', '--flag=a b']);
  assert.equal(stdout, `args: -D --config ${folder} saying hello --flag=a b\n`);
  assert.match(stderr, /^again: \//);
  assert.equal(status, 42);
});

test('help of a plugin is its own', () => {
  assert.equal(started(['help', 'saying']).stdout, 'args: help saying\n');
  assert.equal(started(['saying', '--help']).stdout, 'args: saying --help\n');
});

test('help lists plugins without running them', async () => {
  const { stdout } = await runCli(['--help'], env);
  assert.match(stdout, /^ {2}saying\* +/m);
  assert.doesNotMatch(stdout, /Bad-Name|^ {2}ps\*/m);
});

test('info says what plugins are, and what is wrong with others', async () => {
  const format =
    '{{range .ClientInfo.Plugins}}{{.Name}}|{{.Version}}|{{.Vendor}}|{{.Path}}|{{.Err}}\n{{end}}';
  const { stdout } = await runCli(['info', '-f', format], env);
  const lines = stdout.trim().split('\n');
  assert.ok(lines.includes(`saying|v1|Somebody|${saying}|<nil>`));
  for (const wrong of [
    /^old\|.*must be lower than 2\.0\.0$/,
    /^nobody\|.*does not define a vendor$/,
    /^broken\|.*failed to fetch metadata/,
    /^ps\|.*duplicates builtin command$/,
    /^Bad-Name\|.*did not match/,
    /^open\|.*can be changed by other users$/,
  ])
    assert.ok(
      lines.some((line) => wrong.test(line)),
      `${wrong}\n${stdout}`,
    );
});

test('a plugin that is not valid is not run', () => {
  for (const name of ['old', 'nobody', 'broken', 'open']) {
    const { status, stderr } = started([name]);
    assert.match(stderr, /is not valid/);
    assert.equal(status, 1);
  }
});

test('an earlier folder wins, and the settings name the first', () => {
  const extra = join(folder, 'extra');
  mkdirSync(extra);
  writeFileSync(
    join(extra, 'docker-saying'),
    `#!/bin/sh\n[ "$1" = docker-cli-plugin-metadata ] && { echo '${good}'; exit; }\necho first\n`,
    { mode: 0o755 },
  );
  const config = join(folder, 'config');
  mkdirSync(config);
  symlinkSync(plugins, join(config, 'cli-plugins'));
  writeFileSync(join(config, 'config.json'), JSON.stringify({ cliPluginsExtraDirs: [extra] }));
  assert.equal(started(['saying'], { DOCKER_CONFIG: config }).stdout, 'first\n');
});

test('completion asks the plugin', async () => {
  plugin(
    'knows',
    good,
    `if [ "$1" = __complete ]; then printf 'up\\tBegin\\nupdate\\tChange %s\\n:4\\n' "$2"; exit; fi`,
  );
  const { stdout } = await runCli(['__complete', '--', 'knows', 'up'], env);
  assert.equal(stdout, 'up\tBegin\nupdate\tChange knows\n');
});

test('words of the builder', () => {
  assert.deepEqual(builderWords(['build', '-t', 'x', '.']), ['build', '-t', 'x', '.']);
  assert.deepEqual(builderWords(['image', 'build', '.']), ['build', '.']);
  assert.deepEqual(builderWords(['builder', 'prune', '-f']), ['prune', '-f']);
  assert.deepEqual(builderWords(['bake']), ['bake']);
  assert.equal(builderWords(['image', 'ls']), undefined);
});

test('build goes to buildx, or to the builder that the settings name', () => {
  plugin('buildx', good, 'echo "$BUILDX_BUILDER: $*"');
  assert.equal(
    started(['--debug', 'build', '-t', 'x', '.']).stdout,
    'default: --debug buildx build -t x .\n',
  );
  assert.equal(started(['builder', 'prune']).stdout, 'default: buildx prune\n');
  assert.equal(started(['build', '--builder', 'b', '.']).stdout, ': buildx build --builder b .\n');
  const config = join(folder, 'aliased');
  mkdirSync(config);
  symlinkSync(plugins, join(config, 'cli-plugins'));
  writeFileSync(join(config, 'config.json'), JSON.stringify({ aliases: { builder: 'saying' } }));
  assert.equal(started(['build', '.'], { DOCKER_CONFIG: config }).stdout, 'args: saying build .\n');
  // Without BuildKit the folder is packed for the daemon: this one has no Dockerfile.
  const classic = started(['build', folder], { DOCKER_BUILDKIT: '0' });
  assert.match(classic.stderr, /unable to prepare context/);
  assert.match(started(['build', '.'], { DOCKER_BUILDKIT: 'x' }).stderr, /expects boolean value/);
});

test('as a plugin of docker its own name stands in front', async () => {
  const { stdout } = await runCli(['docker-cli-plugin-metadata'], env);
  const said: { SchemaVersion: string; Vendor: string } = JSON.parse(stdout);
  assert.equal(said.SchemaVersion, '0.1.0');
  assert.notEqual(said.Vendor, '');
  const options = { program: 'docker minke' };
  const shown = await runCli(
    ['--host', 'unix:///x', 'minke', 'context', 'show'],
    { DOCKER_CONFIG: folder },
    options,
  );
  assert.equal(shown.stdout, 'default\n');
  const help = await runCli(['minke', 'volume', '--help'], env, options);
  assert.match(help.stdout, /^Usage: {2}docker minke volume COMMAND/);
  const completed = await runCli(['__complete', 'minke', 'volume', 'cr'], env, options);
  assert.equal(completed.stdout, 'create\tCreate a volume\n:4\n');
});

test('a command that is not there yet is refused in one line', async () => {
  const nowhere = { DOCKER_CONFIG: join(folder, 'nowhere'), DOCKER_HOST: 'unix:///nonexistent' };
  for (const line of ['swarm init', 'service ls', 'plugin ls', 'checkpoint ls x', 'stack ls']) {
    const { status, stdout, stderr } = await runCli(line.split(' '), nowhere);
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, /^docker: '\w+' is not there yet: the engine has no .+\n$/);
  }
});
