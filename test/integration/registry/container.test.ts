/** `minke registry create`: the registry in a container of its own, made of the program itself. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { command } from '../../harness/command.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { loadBusybox } from '../../harness/images/busybox.ts';
import { until } from '../../harness/until.ts';

const MINKE = resolve(import.meta.dirname, '../../../bin/minke');

test('a registry is created, pushed to, stopped, started and removed', async () => {
  const engine = await startEngine('minke');
  try {
    const minke = async (...args: string[]): Promise<string> => {
      const result = await command([MINKE, ...args], { env: engine.env, timeout: 120_000 });
      assert.equal(result.code, 0, `minke ${args.join(' ')}: ${result.stderr}`);
      return result.stdout.trim();
    };
    const ask = async (path: string): Promise<string> => {
      const answer = await engine.inside(['curl', '-s', `http://127.0.0.1:5000${path}`]);
      return answer.stdout.trim();
    };
    await loadBusybox(engine);
    assert.equal(await minke('registry', 'create', 'here'), 'here');
    await until('the registry to answer', async () => (await ask('/v2/')) === '{}');
    assert.match(await minke('registry', 'ls'), /here +Up .* +127\.0\.0\.1:5000 +minke-registry-here/);
    await minke('tag', 'busybox', '127.0.0.1:5000/team/box:v1');
    await minke('push', '127.0.0.1:5000/team/box:v1');
    assert.equal(await ask('/v2/team/box/tags/list'), '{"name":"team/box","tags":["v1"]}');

    await minke('registry', 'stop', 'here');
    assert.equal(await ask('/v2/'), '');
    await minke('registry', 'start', 'here');
    await until('the registry to answer again', async () => (await ask('/v2/')) === '{}');
    assert.equal(await ask('/v2/team/box/tags/list'), '{"name":"team/box","tags":["v1"]}', 'nothing is lost');
    await minke('rmi', '127.0.0.1:5000/team/box:v1', 'busybox');
    await minke('pull', '127.0.0.1:5000/team/box:v1');
    assert.equal(await minke('run', '--rm', '127.0.0.1:5000/team/box:v1', 'echo', 'pulled'), 'pulled');

    const inspected = await minke(
      'inspect',
      '--format',
      '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}',
      'here',
    );
    assert.equal(inspected, 'true [ALL]');
    const missing = await command([MINKE, 'registry', 'stop', 'nowhere'], { env: engine.env });
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /No such registry: nowhere/);
    assert.equal(await minke('registry', 'rm', '--force', 'here'), 'here');
    assert.equal(await minke('volume', 'ls', '-q'), '');
  } finally {
    assert.deepEqual(await engine.stop(), []);
  }
});

test('the daemon serves a registry beside its API, and what is in it outlives the daemon', async () => {
  const engine = await startEngine('minke', { flags: ['--registry=127.0.0.1:5000'] });
  try {
    await loadBusybox(engine);
    const docker = async (...args: string[]): Promise<string> => {
      const result = await engine.docker(args);
      assert.equal(result.code, 0, `docker ${args.join(' ')}: ${result.stderr}`);
      return result.stdout.trim();
    };
    await docker('tag', 'busybox', '127.0.0.1:5000/box:v1');
    await docker('push', '127.0.0.1:5000/box:v1');
    await engine.crash();
    await engine.up();
    await docker('rmi', '127.0.0.1:5000/box:v1', 'busybox');
    await docker('pull', '127.0.0.1:5000/box:v1');
    assert.match(await engine.log(), /Registry listens on 127\.0\.0\.1:5000/);
    await engine.down();
  } finally {
    assert.deepEqual(await engine.stop(), []);
  }
});
