/** A docker command line of some age, typed as people type it. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type CommandResult, command } from '../../harness/command.ts';
import { behindTerminal } from '../../harness/terminal.ts';
import { until } from '../../harness/until.ts';
import { words } from '../../harness/words.ts';

const client = process.env.JUDGE_CLIENT ?? 'docker';

const tries = (line: string, input?: string): Promise<CommandResult> =>
  command([client, ...words(line)], { timeout: 120_000, ...(input === undefined ? {} : { input }) });

async function docker(line: string, input?: string): Promise<string> {
  const result = await tries(line, input);
  assert.equal(result.code, 0, `docker ${line}\n${result.stdout}${result.stderr}`);
  return result.stdout.trim();
}

const goes = (t: TestContext, ...names: string[]) =>
  t.after(() => Promise.all(names.map((name) => tries(`rm -fv ${name}`))));

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'judge-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('version and info', async () => {
  assert.match(await docker("version --format '{{.Server.Os}} {{.Server.APIVersion}}'"), /^linux 1\.\d+$/);
  assert.match(await docker('info'), /Storage Driver:/);
  assert.match(await docker('system df'), /^Images/m);
});

test('run: output, exit status, input, errors', async () => {
  assert.equal(await docker('run --rm busybox echo hello'), 'hello');
  assert.equal((await tries('run --rm busybox sh -c "exit 9"')).code, 9);
  assert.equal(await docker('run --rm -i busybox sort', 'b\na\n'), 'a\nb');
  const missing = await tries('run --rm busybox /no/such/program');
  assert.equal(missing.code, 127);
  assert.match(missing.stderr, /no such file or directory/);
  const both = await tries('run --rm busybox sh -c "echo out; echo err >&2"');
  assert.deepEqual([both.stdout, both.stderr], ['out\n', 'err\n']);
});

test('a terminal, and a shell in what runs', async (t) => {
  goes(t, 'cl-tty');
  const options = { env: process.env, cwd: '/', timeout: 120_000 };
  const shell = await behindTerminal(
    [client, 'run', '--rm', '-it', 'busybox', 'sh'],
    [{ after: /# /, press: 'tty; exit 5\r' }],
    options,
  );
  assert.match(shell.stdout, /\/dev\/pts\/0/);
  assert.equal(shell.code, 5);
  await docker('run -d --name cl-tty busybox sleep 300');
  const inside = await behindTerminal(
    [client, 'exec', '-it', 'cl-tty', 'sh'],
    [{ after: /# /, press: 'echo in $((40 + 2)); exit 6\r' }],
    options,
  );
  assert.match(inside.stdout, /in 42/);
  assert.equal(inside.code, 6);
});

test('detach keys leave it running, attach comes back', async (t) => {
  goes(t, 'cl-detach');
  const options = { env: process.env, cwd: '/', timeout: 120_000 };
  await behindTerminal(
    [client, 'run', '-it', '--name', 'cl-detach', 'busybox', 'sh'],
    [{ after: /# /, press: '\x10\x11' }],
    options,
  );
  assert.equal(await docker("inspect -f '{{.State.Running}}' cl-detach"), 'true');
  const back = await behindTerminal(
    [client, 'attach', 'cl-detach'],
    [{ press: '\r' }, { after: /# /, press: 'exit 3\r' }],
    options,
  );
  assert.equal(back.code, 3);
});

test('a life: create, start, ps, stop, restart, kill, wait, rename, rm', async (t) => {
  goes(t, 'cl-life', 'cl-renamed');
  await docker('create --name cl-life --label judge=client busybox sleep 300');
  assert.equal(await docker('start cl-life'), 'cl-life');
  assert.equal(
    await docker("ps --filter label=judge=client --format '{{.Names}} {{.Image}}'"),
    'cl-life busybox',
  );
  assert.match(await docker('top cl-life'), /sleep 300/);
  assert.match(await docker('stats --no-stream cl-life'), /cl-life/);
  await docker('pause cl-life');
  assert.match(await docker('ps --filter name=cl-life'), /\(Paused\)/);
  await docker('unpause cl-life');
  await docker('restart -t 0 cl-life');
  await docker('rename cl-life cl-renamed');
  await docker('update --memory 64m --memory-swap 128m cl-renamed');
  assert.equal(await docker("inspect -f '{{.HostConfig.Memory}}' cl-renamed"), String(64 << 20));
  await docker('kill cl-renamed');
  assert.equal(await docker('wait cl-renamed'), '137');
  await docker('start cl-renamed');
  await docker('stop -t 0 cl-renamed');
  assert.match(await docker('ps -a --filter name=cl-renamed'), /Exited \(137\)/);
  assert.equal(await docker('rm cl-renamed'), 'cl-renamed');
});

test('logs: followed, cut, dated', async (t) => {
  goes(t, 'cl-logs');
  await docker('run -d --name cl-logs busybox sh -c "for i in 1 2 3; do echo $i; sleep 0.1; done"');
  assert.equal(await docker('logs -f cl-logs'), '1\n2\n3');
  assert.equal(await docker('logs --tail 1 cl-logs'), '3');
  assert.match(await docker('logs -t --tail 1 cl-logs'), /^\d{4}-.*Z 3$/);
});

test('cp both ways, diff, commit, export, import, history', async (t) => {
  const folder = await folderOf(t);
  goes(t, 'cl-files');
  await mkdir(join(folder, 'in/deep'), { recursive: true });
  await writeFile(join(folder, 'in/deep/file'), 'copied\n');
  await docker('run -d --name cl-files busybox sleep 300');
  await docker(`cp ${folder}/in cl-files:/in`);
  assert.equal(await docker('exec cl-files cat /in/deep/file'), 'copied');
  await docker(`cp cl-files:/in/deep/file ${folder}/out`);
  assert.equal(await readFile(join(folder, 'out'), 'utf8'), 'copied\n');
  assert.match(await docker('diff cl-files'), /^A \/in\/deep\/file$/m);
  await docker("commit -c 'CMD cat /in/deep/file' cl-files cl-commit:v1");
  assert.equal(await docker('run --rm cl-commit:v1'), 'copied');
  await docker(`export -o ${folder}/export.tar cl-files`);
  await docker(`import ${folder}/export.tar cl-import:v1`);
  assert.equal(await docker('run --rm cl-import:v1 cat /in/deep/file'), 'copied');
  assert.match(await docker('history cl-commit:v1'), /sleep 300/);
  await docker('rmi cl-commit:v1 cl-import:v1');
});

test('images: tag, ls, save, rmi, load', async (t) => {
  const folder = await folderOf(t);
  await docker('tag busybox judge.example/box:v1');
  assert.match(await docker('images'), /judge\.example\/box\s+v1/);
  await docker(`save -o ${folder}/box.tar judge.example/box:v1`);
  assert.match(await docker('rmi judge.example/box:v1'), /Untagged: judge\.example\/box:v1/);
  assert.match(await docker(`load -i ${folder}/box.tar`), /Loaded image: judge\.example\/box:v1/);
  await docker('rmi judge.example/box:v1');
  assert.match((await tries('run there-is-none.invalid/x')).stderr, /Unable to find image/);
});

test('volumes and networks', async (t) => {
  goes(t, 'cl-server', 'cl-user');
  await docker('volume create --label judge cl-vol');
  await docker('run --rm -v cl-vol:/data busybox sh -c "echo kept > /data/x"');
  assert.equal(
    await docker('run --rm --mount type=volume,src=cl-vol,dst=/data,readonly busybox cat /data/x'),
    'kept',
  );
  assert.equal(await docker('volume ls -q --filter label=judge'), 'cl-vol');
  await docker('network create --subnet 10.90.3.0/24 cl-net');
  await docker('run -d --name cl-server --network cl-net --network-alias web busybox httpd -f -p 80 -h /etc');
  const ask = 'for i in $(seq 300); do wget -q -O - http://web/group && exit; sleep 0.1; done; exit 1';
  assert.match(await docker(`run --rm --network cl-net busybox sh -c "${ask}"`), /^root:/);
  await docker('run -d --name cl-user busybox sleep 300');
  await docker('network connect cl-net cl-user');
  assert.match(await docker('exec cl-user nslookup web'), /10\.90\.3\.\d/);
  await docker('network disconnect cl-net cl-user');
  assert.notEqual((await tries('network rm cl-net')).code, 0);
  await docker('rm -f cl-server cl-user');
  await docker('network rm cl-net');
  await docker('volume rm cl-vol');
});

test('ports', async (t) => {
  goes(t, 'cl-ports');
  await docker('run -d --name cl-ports -p 127.0.0.1:18123:80 -p 81/udp busybox httpd -f -p 80 -h /etc');
  assert.equal(await docker('port cl-ports 80'), '127.0.0.1:18123');
  assert.match(await docker('port cl-ports 81/udp'), /0\.0\.0\.0:\d+/);
  const text = await until('the page', async () => {
    const answer = await fetch('http://127.0.0.1:18123/group').catch(() => undefined);
    return answer?.text();
  });
  assert.match(text, /^root:/);
});

test('health, restart policy, events, prune', async (t) => {
  goes(t, 'cl-health', 'cl-again');
  const since = Math.floor(Date.now() / 1000) - 1;
  await docker('run -d --name cl-health --health-cmd true --health-interval 100ms busybox sleep 300');
  await until('health', async () => /\(healthy\)/.test(await docker('ps --filter name=cl-health')));
  await docker('run -d --name cl-again --label pruned --restart on-failure:2 busybox false');
  await until('the last try', async () => {
    const state = await docker("inspect -f '{{.RestartCount}} {{.State.Status}}' cl-again");
    return state === '2 exited';
  });
  const seen = await docker(
    `events --since ${since} --until ${Math.floor(Date.now() / 1000) + 1} --filter container=cl-again --format '{{.Action}}'`,
  );
  assert.equal(seen.split('\n').filter((action) => action === 'start').length, 3);
  assert.match(await docker('container prune -f --filter label=pruned'), /^Deleted Containers:/);
  assert.match((await tries('inspect cl-again')).stderr, /No such object: cl-again/);
});
