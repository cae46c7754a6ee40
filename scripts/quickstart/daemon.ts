/** The daemon as quickstart needs it: found, started, ended. */
import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { api } from '../../test/harness/engine/api.ts';
import { argvOf } from '../../test/harness/processes.ts';
import { until } from '../../test/harness/until.ts';
import { type NetworkBefore, networkNow } from './network-traces.ts';
import { at, DATA_ROOT, DOCKER_SOCKET, LOG, OWN_SOCKET, PIDFILE } from './place.ts';
import { Trouble } from './say.ts';

/** Who answers on a socket: ours, another engine, or nobody. */
export async function whoIsOn(socket: string): Promise<'minke' | 'other' | 'nobody'> {
  if (!existsSync(socket)) return 'nobody';
  const answer = await api(socket, 'GET', '/version', undefined, 3_000).catch(() => undefined);
  if (answer === undefined || answer.status !== 200) return 'nobody';
  return /"Platform":\{"Name":"Minke/.test(answer.text) ? 'minke' : 'other';
}

export interface Running {
  readonly socket: string;
  /** False: it ran before. */
  readonly started: boolean;
  /** Of a daemon that was started: its bridge, and how the host's network was before. */
  readonly bridge?: string;
  readonly network?: NetworkBefore;
  /** A live Docker keeps the usual socket. */
  readonly besideDocker: boolean;
}

/** Finds our daemon or starts one; never takes a socket from an engine that is alive. */
export async function ensureDaemon(): Promise<Running> {
  const usual = await whoIsOn(DOCKER_SOCKET);
  if (usual === 'minke') return { socket: DOCKER_SOCKET, started: false, besideDocker: false };
  const besideDocker = usual === 'other';
  if ((await whoIsOn(OWN_SOCKET)) === 'minke') return { socket: OWN_SOCKET, started: false, besideDocker };
  const socket = besideDocker ? OWN_SOCKET : DOCKER_SOCKET;
  // Docker's default bridge is docker0 in 172.17.0.0/16: beside it ours takes another of each.
  const flags = besideDocker ? ['--bridge=minke0', '--bip=172.31.255.1/24'] : [];
  const bridge = besideDocker ? 'minke0' : 'docker0';
  const network = await networkNow(bridge);
  const log = openSync(LOG, 'a');
  const child = spawn(
    at('bin/minked'),
    [`--host=unix://${socket}`, `--data-root=${DATA_ROOT}`, `--pidfile=${PIDFILE}`, ...flags],
    {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: '/',
    },
  );
  child.unref();
  const end = performance.now() + 60_000;
  while ((await whoIsOn(socket)) !== 'minke') {
    if (child.exitCode !== null || performance.now() > end) {
      const last = readFileSync(LOG, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
      throw new Trouble(`the daemon did not start:\n${last}`, `read ${LOG}`);
    }
    await pause(50);
  }
  return { socket, started: true, bridge, network, besideDocker };
}

/** Ends the daemon whose pid file is there; answers whether there was one. */
export async function endDaemon(): Promise<boolean> {
  if (!existsSync(PIDFILE)) return false;
  const pid = Number(readFileSync(PIDFILE, 'utf8'));
  const alive = async () => (await argvOf(pid)).some((word) => word.includes('minked'));
  if (!Number.isInteger(pid) || pid <= 1 || !(await alive())) return false;
  process.kill(pid, 'SIGTERM');
  await until('the daemon to end', async () => !(await alive()), { limit: 30_000, every: 100 }).catch(() => {
    throw new Trouble(`the daemon (pid ${pid}) does not end`, `read ${LOG}; kill -9 ${pid} ends it`);
  });
  return true;
}
