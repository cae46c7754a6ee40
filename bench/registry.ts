/**
 * `sh scripts/with-node.sh bench/registry.ts [--quick]`: Debian's docker-registry and ours side by side, in the
 * same memory file system, with the same clients, in turn. Medians with spread as a table. Nothing else should run meanwhile; needs the
 * built program and Debian's packages docker-registry and curl.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { project } from '../scripts/check/sources.ts';
import { sha256 } from '../src/wire/digest.ts';
import { must } from '../test/harness/command.ts';
import { freePort } from '../test/harness/network/free-port.ts';
import { asker, manifestOf, types } from '../test/harness/registry/ask.ts';
import { until } from '../test/harness/until.ts';
import { figures } from './figures.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const ROUNDS = values.quick ? 2 : 5;
const BLOB = (values.quick ? 256 : 1024) << 20;
const REQUESTS = values.quick ? 2000 : 5000;
const CONNECTIONS = 32;

interface Server {
  readonly name: string;
  readonly address: string;
  readonly child: ChildProcess;
}

interface Case {
  readonly name: string;
  readonly unit: string;
  sample(server: Server, round: number): Promise<number>;
}

/** In memory, where there is room: the servers are measured, not the disk. */
const base = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'registry-bench-'));

async function startServer(name: 'docker-registry' | 'minke'): Promise<Server> {
  const address = `127.0.0.1:${await freePort()}`;
  const root = join(base, name);
  await mkdir(root);
  const file = join(base, `${name}.conf`);
  const peer = name === 'docker-registry';
  const config = peer
    ? `version: 0.1\nlog: {accesslog: {disabled: true}, level: error}\nstorage: {filesystem: {rootdirectory: ${root}}}\nhttp: {addr: "${address}"}\n`
    : JSON.stringify({ listen: address, storage: { filesystem: { root } }, log: { level: 'error' } });
  await writeFile(file, config);
  const argv = peer
    ? ['/usr/bin/docker-registry', 'serve', file]
    : [process.execPath, '--max-semi-space-size=4', join(project, 'dist/registry.mjs'), '--config', file];
  const child = spawn(argv[0] ?? '', argv.slice(1), { stdio: 'ignore' });
  const { ask, close } = asker(address);
  await until(`${name} to answer`, async () => (await ask('GET', '/v2/').catch(() => null))?.status === 200);
  close();
  return { name, address, child };
}

async function makeBlob(path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  const piece = Buffer.alloc(4 << 20);
  for (let at = 0; at < BLOB; at += piece.length) {
    randomFillSync(piece);
    hash.update(piece);
    await file.write(piece);
  }
  await file.sync();
  await file.close();
  return `sha256:${hash.digest('hex')}`;
}

/** `https://…/x?y` or `/x?y` to a URL of that server with the digest behind. */
function uploadUrl(server: Server, location: string, digest: string): string {
  const url = new URL(location, `http://${server.address}`);
  url.searchParams.set('digest', digest);
  return url.href;
}

const curl = (...args: string[]): Promise<string> =>
  must(['curl', '-sS', '--fail', '-o', '/dev/null', ...args], { timeout: 300_000 });

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** Requests over kept connections, each sent when the answer before has come; how many a second. */
async function requestRate(server: Server, path: string): Promise<number> {
  const [host = '', port = ''] = server.address.split(':');
  let left = REQUESTS;
  const head = Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: ${server.address}\r\nAccept: ${types.manifest}\r\n\r\n`,
  );
  const worker = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(port), host);
      let waiting: Buffer = Buffer.alloc(0);
      const next = (): void => {
        left -= 1;
        if (left < 0) {
          socket.end();
          resolve();
        } else socket.write(head);
      };
      socket.on('connect', next).on('error', reject);
      socket.on('data', (bytes: Buffer) => {
        waiting = waiting.length === 0 ? bytes : Buffer.concat([waiting, bytes]);
        const end = waiting.indexOf('\r\n\r\n');
        if (end < 0) return;
        const text = waiting.subarray(0, end).toString('latin1');
        if (!text.startsWith('HTTP/1.1 200')) {
          socket.destroy();
          reject(new Error(text));
          return;
        }
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
        if (waiting.length < end + 4 + length) return;
        waiting = Buffer.alloc(0);
        next();
      });
    });
  const took = await seconds(() => Promise.all(Array.from({ length: CONNECTIONS }, worker)));
  return REQUESTS / took;
}

async function peakOf({ child }: Server): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return (Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) * 1024) / 1e6;
}

const blob = join(base, 'blob');
const digest = await makeBlob(blob);
const manifest = manifestOf('{}', ['layer']);
const rate = (bytes: number, time: number): number => bytes / time / 1e6;

async function push(server: Server, name: string): Promise<number> {
  const { ask, close } = asker(server.address);
  const begun = await ask('POST', `/v2/${name}/blobs/uploads/`);
  close();
  const url = uploadUrl(server, String(begun.headers.location), digest);
  return seconds(() => curl('-T', blob, url));
}

const cases: readonly Case[] = [
  {
    name: `push of a blob of ${BLOB >> 20} MiB`,
    unit: 'MB/s',
    async sample(server, round) {
      const time = await push(server, `push/r${round}`);
      // The next push of the same bytes would find them there.
      await rm(join(base, server.name, 'docker/registry/v2'), { recursive: true });
      return rate(BLOB, time);
    },
  },
  {
    name: `pull of a blob of ${BLOB >> 20} MiB`,
    unit: 'MB/s',
    async sample(server, round) {
      if (round < 0) await push(server, 'pull');
      const url = `http://${server.address}/v2/pull/blobs/${digest}`;
      return rate(BLOB, await seconds(() => curl(url)));
    },
  },
  {
    name: 'manifests by tag, 32 connections',
    unit: '1/s',
    async sample(server, round) {
      if (round < 0) await seed(server);
      return requestRate(server, '/v2/many/manifests/v1');
    },
  },
  {
    name: 'manifests by digest, 32 connections',
    unit: '1/s',
    sample: (server) => requestRate(server, `/v2/many/manifests/${sha256(manifest)}`),
  },
];

async function seed(server: Server): Promise<void> {
  const { ask, close } = asker(server.address);
  for (const content of ['{}', 'layer']) {
    const begun = await ask('POST', '/v2/many/blobs/uploads/');
    const url = new URL(uploadUrl(server, String(begun.headers.location), sha256(content)));
    await ask('PUT', `${url.pathname}${url.search}`, { body: content });
  }
  const put = await ask('PUT', '/v2/many/manifests/v1', {
    body: manifest,
    headers: { 'content-type': types.manifest },
  });
  if (put.status !== 201) throw new Error(`${server.name}: ${put.status}`);
  close();
}

const servers: Server[] = [];
try {
  for (const name of ['docker-registry', 'minke'] as const) servers.push(await startServer(name));
  const rows: string[] = [];
  const shown = (value: number): string =>
    value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en');
  for (const one of cases) {
    const samples = servers.map((): number[] => []);
    // The first of many fills caches and is not counted.
    for (let round = -1; round < ROUNDS; round += 1) {
      for (const [at, server] of servers.entries()) {
        const value = await one.sample(server, round);
        if (round >= 0) samples[at]?.push(value);
      }
    }
    const [peer, ours] = samples.map(figures);
    if (peer === undefined || ours === undefined) continue;
    const cell = ({ median, least, most }: typeof peer): string =>
      `${shown(median)} ${one.unit} (${shown(least)}–${shown(most)})`;
    rows.push(`| ${one.name} | ${cell(peer)} | ${cell(ours)} | ${(ours.median / peer.median).toFixed(2)}× |`);
    console.log(rows.at(-1));
  }
  const peaks = await Promise.all(servers.map(peakOf));
  rows.push(`| most memory in all of it | ${peaks.map((peak) => `${shown(peak)} MB`).join(' | ')} | |`);
  console.log(`\n| | docker-registry | minke | |\n| --- | --- | --- | --- |\n${rows.join('\n')}`);
  const version = (await must(['/usr/bin/docker-registry', '--version'])).trim().split(' ').at(-1);
  console.log(
    `\n${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, docker-registry ${version}, Node ${process.version}; ${new Date().toISOString().slice(0, 10)}`,
  );
} finally {
  for (const { child } of servers) child.kill();
  await rm(base, { recursive: true, force: true });
}
