/** Records what Docker's own client prints for each case: `node record-golden.ts DOCKER FILE`. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeDaemon } from '../fake-daemon.ts';
import { goldenCases } from './golden-cases.ts';

const [docker = 'docker', output = 'golden.json'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'minke-golden-'));
const socket = join(folder, 'docker.sock');
const routes = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'fixtures', 'routes.json'), 'utf8'));
const daemon = await fakeDaemon(socket, routes);
const recorded: unknown[] = [];
for (const args of goldenCases)
  await new Promise<void>((resolve) => {
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      DOCKER_CONFIG: folder,
      DOCKER_HOST: `unix://${socket}`,
      TZ: 'UTC',
    };
    execFile(docker, [...args], { env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      recorded.push({ args, status: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      resolve();
    });
  });
writeFileSync(output, `[\n${recorded.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`);
await daemon.close();
rmSync(folder, { recursive: true });
