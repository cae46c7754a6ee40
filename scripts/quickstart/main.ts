/** `npm run quickstart`: builds, starts the daemon, runs a real nginx and shows what one can do with it. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type CommandResult, command } from '../../test/harness/command.ts';
import { paths } from '../check/sources.ts';
import { endDaemon, ensureDaemon, type Running } from './daemon.ts';
import { removeTraces } from './network-traces.ts';
import {
  at,
  CONTAINER,
  DATA_ROOT,
  DOCKER_SOCKET,
  type Done,
  EXEC_ROOT,
  forget,
  IMAGE,
  installedPackages,
  LOG,
  nothing,
  project,
  remember,
  remembered,
} from './place.ts';
import { show, step, Trouble } from './say.ts';

const wordsOf = (result: CommandResult): string =>
  (result.stderr.trim() || result.stdout.trim()).split('\n').slice(-8).join('\n');

/** What the command line keeps for itself lies in this folder too. */
const minke = (socket: string, args: readonly string[], timeout = 120_000): Promise<CommandResult> =>
  command([at('bin/minke'), ...args], {
    env: { ...process.env, DOCKER_HOST: `unix://${socket}`, XDG_CACHE_HOME: at('.cache') },
    timeout,
  });

async function needed(socket: string, ...args: string[]): Promise<CommandResult> {
  const result = await minke(socket, args);
  if (result.code !== 0)
    throw new Trouble(`minke ${args.join(' ')}: ${wordsOf(result)}`, `the daemon's log is ${LOG}`);
  return result;
}

/** Builds where a source is newer than what was built. */
async function build(): Promise<readonly [boolean, string]> {
  const native = readdirSync(at('native')).map((name) => `native/${name}`);
  const sources = [...(await paths(['src'], () => true)), ...native, 'scripts/build.ts', 'package-lock.json'];
  const built = ['bin/minke', 'bin/minked'].map(at);
  const oldest = Math.min(...built.map((path) => (existsSync(path) ? statSync(path).mtimeMs : 0)));
  if (sources.every((path) => statSync(at(path)).mtimeMs <= oldest)) return [false, 'built already'];
  const result = await command([process.execPath, at('scripts/build.ts')], {
    cwd: project,
    timeout: 600_000,
  });
  if (result.code !== 0)
    throw new Trouble(`the build failed:\n${wordsOf(result)}`, 'npm run build shows all of it');
  return [true, 'done'];
}

/** Makes the image out of Debian's packages; a machine without them pulls it. */
async function image(socket: string): Promise<readonly [boolean, string]> {
  if ((await minke(socket, ['image', 'inspect', IMAGE])).code === 0) return [false, 'there already'];
  if (!existsSync('/usr/bin/apt-get')) {
    await needed(socket, 'pull', IMAGE);
    return [true, 'pulled'];
  }
  const make = ['image', 'make', 'debian', '--packages', 'nginx', '--tag', IMAGE];
  const made = await minke(socket, make, 600_000);
  if (made.code !== 0) {
    throw new Trouble(
      `the image could not be made: ${wordsOf(made)}`,
      "Debian's package mirror must be reachable (apt-get update)",
    );
  }
  return [true, "made out of Debian's packages"];
}

async function freePort(wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + 20; port++) {
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(false));
      probe.listen(port, '0.0.0.0', () => probe.close(() => resolve(true)));
    });
    if (free) return port;
  }
  throw new Trouble(`no free port from ${wanted} to ${wanted + 19}`, 'end what listens there');
}

/** Runs the container, starts it again where it was stopped, leaves it alone where it runs. */
async function container(socket: string): Promise<readonly [number, string]> {
  const state = await minke(socket, ['inspect', '--format', '{{.State.Running}}', CONTAINER]);
  if (state.code !== 0) {
    const port = await freePort(8080);
    await needed(socket, 'run', '-d', '-p', `${port}:80`, '--name', CONTAINER, IMAGE);
    return [port, `runs, port ${port}`];
  }
  if (state.stdout.trim() !== 'true') await needed(socket, 'start', CONTAINER);
  const mapped = await needed(socket, 'port', CONTAINER, '80/tcp');
  const port = Number(mapped.stdout.trim().split('\n')[0]?.split(':').at(-1));
  return [port, `runs already, port ${port}`];
}

async function fetchPage(port: number): Promise<readonly [string, string]> {
  const url = `http://127.0.0.1:${port}/`;
  let last: unknown;
  for (let tries = 0; tries < 100; tries++) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      const text = await answer.text();
      if (answer.ok) return [url, `"${/<title>([^<]*)/i.exec(text)?.[1] ?? text.slice(0, 40)}"`];
      last = `status ${answer.status}`;
    } catch (error) {
      last = error;
    }
    await pause(100);
  }
  throw new Trouble(`${url} does not answer: ${String(last)}`, `bin/minke logs ${CONTAINER} may say why`);
}

/** What undo has to know of a daemon; of an earlier start of ours the network before it stays the one that counts. */
function startedBy({ socket, bridge, network }: Running): Partial<Done> {
  const before = remembered().network ?? network;
  return {
    socket,
    ...(bridge === undefined ? {} : { bridge }),
    ...(before === undefined ? {} : { network: before }),
  };
}

async function quickstart(): Promise<void> {
  const before = remembered();
  const builtAnew = await step('Building the engine', build);
  const madeDataRoot = before.madeDataRoot || !existsSync(DATA_ROOT);
  const daemon = await step('Starting the daemon', async () => {
    // One that an earlier run of this started still is the program of then.
    if (builtAnew && before.socket !== undefined) await endDaemon();
    const running = await ensureDaemon();
    return [running, `${running.started ? 'listens' : 'runs already'} on ${running.socket}`];
  });
  const { socket } = daemon;
  if (daemon.besideDocker)
    console.log(`  ${DOCKER_SOCKET} belongs to another engine that is alive; ours stays beside it.`);
  const done = { ...nothing, ...before, madeDataRoot, ...(daemon.started ? startedBy(daemon) : {}) };
  remember(done);
  const madeImage = await step(`Getting the image ${IMAGE}`, () => image(socket));
  // Before it is run: a container that could not be started is there all the same.
  const absent = (await minke(socket, ['inspect', CONTAINER])).code !== 0;
  remember({
    ...done,
    madeImage: done.madeImage || madeImage,
    madeContainer: done.madeContainer || absent,
  });
  const port = await step(`minke run -d -p 8080:80 --name ${CONTAINER} ${IMAGE}`, () => container(socket));
  const url = await step('Fetching its page', () => fetchPage(port));
  for (const words of [['ps'], ['logs', '--tail', '3', CONTAINER], ['stats', '--no-stream', CONTAINER]]) {
    const { stdout, stderr } = await needed(socket, ...words);
    show(`minke ${words.join(' ')}`, stdout + stderr);
  }
  const host = socket === DOCKER_SOCKET ? '' : `export DOCKER_HOST=unix://${socket}\n  `;
  console.log(`
It works: ${url}
Next, try:
  ${host}export PATH=${at('bin')}:$PATH
  minke exec -it ${CONTAINER} sh        look around inside
  minke logs -f ${CONTAINER}            follow its log
  minke --help                       all commands; docker's own client works too
Take it all back:
  npm run quickstart -- --undo`);
}

/** A mount in there leads to what is somebody's: then the folder stays. */
function removeFolder(folder: string): string {
  const below = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .find((point) => point === folder || point.startsWith(`${folder}/`));
  if (below !== undefined) return `it stays: ${below} is mounted`;
  rmSync(folder, { recursive: true, force: true });
  return 'gone';
}

async function undo(): Promise<void> {
  const done = remembered();
  const socket = done.socket ?? DOCKER_SOCKET;
  if (done.madeContainer) {
    await step(`Removing ${CONTAINER}`, async () => [
      undefined,
      wordsOf(await minke(socket, ['rm', '-f', CONTAINER])),
    ]);
  }
  if (done.madeImage) {
    await step(`Removing the image ${IMAGE}`, async () => {
      const removed = await minke(socket, ['rmi', IMAGE]);
      return [undefined, removed.code === 0 ? 'gone' : wordsOf(removed)];
    });
  }
  if (done.socket !== undefined) {
    const left = await minke(socket, ['ps', '-aq']);
    if (left.stdout.trim() !== '') {
      throw new Trouble(
        'other containers live in this engine, so it stays',
        'remove them (minke rm -f …) and run this again',
      );
    }
    await step('Ending the daemon', async () => [
      undefined,
      (await endDaemon()) ? 'ended' : 'it ran no more',
    ]);
    const { bridge, network } = done;
    if (bridge !== undefined && network !== undefined) {
      await step('Taking its bridge and firewall rules away', async () => {
        await removeTraces(bridge, network);
        return [undefined, 'gone'];
      });
    }
    rmSync(LOG, { force: true });
    for (const folder of [EXEC_ROOT, ...(done.madeDataRoot ? [DATA_ROOT] : [])]) {
      await step(`Removing ${folder}`, async () => [undefined, removeFolder(folder)]);
    }
  }
  const packages = installedPackages();
  forget();
  if (packages !== '')
    console.log(
      `Packages that were installed for it: ${packages}\n(apt-get remove ${packages} takes them away)`,
    );
  console.log('Nothing of it is left but this folder.');
}

try {
  await (process.argv[2] === '--undo' ? undo() : quickstart());
} catch (error) {
  if (!(error instanceof Trouble)) throw error;
  console.error(`\nminke: ${error.message}\nWhat to do: ${error.advice}`);
  process.exitCode = 1;
}
