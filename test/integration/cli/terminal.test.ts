/**
 * The compiled program in a real window, that of tmux, on our engine: what a person sees and types. Each test has a
 * window of its own.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { command, must } from '../../harness/command.ts';
import type { Engine } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { loadBusybox } from '../../harness/images/busybox.ts';
import { until } from '../../harness/until.ts';
import { LIMIT, type Windows, windowsIn } from './window.ts';

const OURS = process.env.MINKE_CLI ?? resolve(import.meta.dirname, '../../../bin/minke');

let engine: Engine;
let folder: string;
let windows: Windows;
const open = (columns = 100, rows = 30) => windows.open({ columns, rows });
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minke-window-'));
  engine = await startEngine('minke');
  await loadBusybox(engine);
  windows = windowsIn(folder, { ...engine.env, PATH: `${join(OURS, '..')}:${engine.env.PATH}` });
});
after(async () => {
  await windows.close();
  const forced = await engine.stop();
  await rm(folder, { recursive: true, force: true });
  assert.deepEqual(forced, []);
});

const ours = (...args: readonly string[]) => command([OURS, ...args], { env: engine.env });
const running = async (name: string) =>
  (await ours('ps', '-a', '--filter', `name=${name}`, '--format', '{{.State}}')).stdout.trim();

test('run -it: a shell, the size of the window, and its changes', async () => {
  const window = await open(90, 20);
  await window.type('minke run --rm -it --name sized busybox sh', 'Enter');
  await window.sees(/^\/ #/m);
  await window.type('stty size', 'Enter');
  await window.sees(/^20 90$/m);
  await window.resize(120, 35);
  await until(
    'the new size',
    async () => {
      await window.type('clear; stty size', 'Enter');
      return /^35 120$/m.test(await window.screen());
    },
    LIMIT,
  );
  await window.type('exit 4', 'Enter');
  await window.sees(/\$$/m);
  await window.type('echo status $?', 'Enter');
  await window.sees(/^status 4$/m);
  // Typed text is shown again, and a line is a line: the modes are those of before.
  await window.type('stty -a | grep -o " echo \\| icanon" | tr -d "\\n"; echo', 'Enter');
  await window.sees(/icanon/);
});

test('detach, and attach again', async () => {
  const window = await open();
  await window.type('minke run -it --name kept busybox sh', 'Enter');
  await window.sees(/^\/ #/m);
  await window.type('echo begun', 'Enter');
  await window.sees(/^begun$/m);
  await window.type('C-p', 'C-q');
  await window.sees(/^\/ # \$$/m);
  assert.equal(await running('kept'), 'running');
  await window.type('clear', 'Enter');
  await window.sees(/^\$$/);
  await window.type('minke attach kept', 'Enter');
  await until(
    'the shell to answer',
    async () => {
      await window.type('Enter');
      return /\/ #/.test(await window.screen());
    },
    LIMIT,
  );
  await window.type('exit 6', 'Enter');
  await until('its end', async () => (await running('kept')) === 'exited', LIMIT);
  await window.type('echo status $?', 'Enter');
  await window.sees(/^status 6$/m);
  await ours('rm', 'kept');
});

test('keys of the settings detach too', async () => {
  const window = await open();
  await window.type('minke run --rm -it --detach-keys ctrl-a,d --name keyed busybox sh', 'Enter');
  await window.sees(/^\/ #/m);
  await window.type('C-a', 'd');
  await window.sees(/\$$/m);
  assert.equal(await running('keyed'), 'running');
  await ours('rm', '-f', 'keyed');
});

test('ctrl-c reaches the process of a container without a terminal', async () => {
  const window = await open();
  const script = 'trap "echo caught; exit 9" INT; echo ready; while :; do sleep 0.1; done';
  await window.type(`minke run --rm --name caught busybox sh -c '${script}'`, 'Enter');
  await window.sees(/^ready$/m);
  await window.type('C-c');
  await window.sees(/caught/);
  await window.type('echo status $?', 'Enter');
  await window.sees(/^status 9$/m);
});

test('with --sig-proxy=false ctrl-c ends the client alone', async () => {
  const window = await open();
  await window.type(
    "minke run --sig-proxy=false --name alone busybox sh -c 'echo ready; sleep 300'",
    'Enter',
  );
  await window.sees(/^ready$/m);
  await window.type('C-c');
  await window.sees(/\^C/);
  await window.sees(/\$$/m);
  assert.equal(await running('alone'), 'running');
  await ours('rm', '-f', 'alone');
});

test('in the background of a shell, and back', async () => {
  const window = await open();
  await window.type('minke run --rm -i --name job busybox cat &', 'Enter');
  await until('the container', async () => (await running('job')) === 'running', LIMIT);
  const pid = (await must(['pgrep', '-n', '-f', 'minke run --rm -i --name job'])).trim();
  const job = async () => {
    const [state = '', group, inFront] = (await must(['ps', '-o', 'stat=,pgid=,tpgid=', '-p', pid]))
      .trim()
      .split(/ +/);
    return { stopped: state.startsWith('T'), inFront: group === inFront };
  };
  // It reads from the terminal once there is something to read, which is not for a job in the background.
  await until(
    'the job to be stopped',
    async () => {
      await window.type('Enter');
      return (await job()).stopped;
    },
    LIMIT,
  );
  await window.type('fg', 'Enter');
  // Before that the modes are those of the shell's line editor, for which the key Enter is no line end.
  await until('the job in front', async () => (await job()).inFront, LIMIT);
  await window.type('first line', 'Enter');
  await window.sees(/^first line\nfirst line$/m);
  await window.type('second line', 'Enter');
  await window.sees(/^second line\nsecond line$/m);
  await window.type('C-d');
  await until('its end', async () => (await running('job')) === '', LIMIT);
  await window.type('echo status $?', 'Enter');
  await window.sees(/^status 0$/m);
});

test('a job that ends in the background leaves the terminal to whom it belongs', async () => {
  const window = await open();
  await window.type('minke run --rm --name quiet busybox sh -c "sleep 300; echo late; exit 3" &', 'Enter');
  await until('the container', async () => (await running('quiet')) === 'running', LIMIT);
  const pid = (await must(['pgrep', '-n', '-f', 'minke run --rm --name quiet'])).trim();
  await window.type('cat', 'Enter');
  const modes = async () => must(['stty', '-F', window.tty, '-a']);
  // The shell's line editor has modes of its own; cat gets the usual ones.
  await until('cat in front', async () => /[^-]icanon/.test(await modes()), LIMIT);
  const before = await modes();
  await engine.docker(['exec', 'quiet', 'killall', 'sleep']);
  await window.sees(/late/);
  await until('the job to end', async () => !existsSync(`/proc/${pid}`), LIMIT);
  assert.equal(await modes(), before);
  await window.type('C-d');
  await window.sees(/^\[1\]\+ +Exit 3 /m);
});

test('kill -9 of the client leaves a terminal that works', async () => {
  const window = await open();
  await window.type(
    'sh -c \'minke run -it --rm --name shot busybox sh; echo "ended $?"; sleep 300\'',
    'Enter',
  );
  await window.sees(/^\/ #/m);
  const pid =
    (await must(['pgrep', '-n', '-f', 'minke run -it --rm --name shot'])).trim().split('\n').at(-1) ?? '';
  process.kill(Number(pid), 'SIGKILL');
  await window.sees(/ended 137/);
  await until(
    'the modes of before',
    async () => {
      const modes = await must(['stty', '-a', '-F', window.tty]);
      return /\bicanon/.test(modes) && /[^-]\becho /.test(modes) && /^opost|[^-]opost/m.test(modes);
    },
    LIMIT,
  );
  await ours('rm', '-f', 'shot');
});

test('ps --watch follows what happens, in a window of any width', async () => {
  const window = await open(70, 12);
  await window.type('minke ps --watch', 'Enter');
  await window.sees(/^CONTAINER ID/m);
  await ours('run', '-d', '--name', 'watched', 'busybox', 'sleep', '300');
  const shown = await window.sees(/busybox/);
  // Nothing runs over into a line of its own.
  for (const line of shown.split('\n').slice(1)) assert.match(line, /^[0-9a-f]{12} /);
  await ours('rm', '-f', 'watched');
  await until('the line to go', async () => !(await window.screen()).includes('sleep 300'), LIMIT);
  await window.type('C-c');
  await window.sees(/\$$/m);
});

test('stats draws graphs', async () => {
  await ours('run', '-d', '--name', 'busy', 'busybox', 'sh', '-c', 'while :; do :; done');
  const window = await open(160, 10);
  await window.type('minke stats', 'Enter');
  await window.sees(/busy +\d+\.\d+% +[▁▂▃▄▅▆▇█]{2,}/);
  await window.resize(80, 10);
  await window.sees(/^NAME +CPU %/m);
  await window.type('C-c');
  await window.sees(/\$$/m);
  await ours('rm', '-f', 'busy');
});

test('colours, and none with NO_COLOR', async () => {
  await ours('run', '-d', '--name', 'one', 'busybox', 'sh', '-c', 'echo from one; sleep 300');
  await ours('run', '-d', '--name', 'two', 'busybox', 'sh', '-c', 'echo from two; sleep 300');
  for (const name of ['one', 'two'])
    await until('its words', async () => (await ours('logs', name)).stdout === `from ${name}\n`, LIMIT);
  const window = await open();
  await window.type('minke logs one two | cat; echo end', 'Enter');
  await window.sees(/^one \| from one$/m);
  await window.sees(/^end$/m);
  await window.type('clear; minke logs one two; echo shown', 'Enter');
  await window.sees(/^shown$/m);
  assert.match(await window.coloured(), /\x1b\[3\dm(one|two) \|/);
  await window.type('clear; NO_COLOR=1 minke logs one two; echo plain', 'Enter');
  await window.sees(/^plain$/m);
  assert.doesNotMatch(await window.coloured(), /\x1b\[3\dm/);
  await ours('rm', '-f', 'one', 'two');
});
