/** Records what Docker's own client sends for each case: `node record-requests.ts DOCKER FILE`. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { words } from '../../harness/words.ts';
import { fakeDaemon } from '../fake-daemon.ts';
import { sent } from './asked.ts';
import { requestCases } from './request-cases.ts';
import { requestRoutes } from './request-routes.ts';

const [docker = 'docker', output = 'requests.json'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'minke-requests-'));
const fixtures = join(import.meta.dirname, '..', 'fixtures');
const recorded: unknown[] = [];
for (const line of requestCases) {
  const socket = join(folder, 's');
  const daemon = await fakeDaemon(socket, requestRoutes);
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    DOCKER_CONFIG: folder,
    DOCKER_HOST: `unix://${socket}`,
    DOCKER_BUILDKIT: '0',
  };
  const said = await new Promise<string>((resolve) => {
    const child = execFile(
      docker,
      words(line.replaceAll('@/', `${fixtures}/`)),
      { env, timeout: 60_000 },
      (error, _out, stderr) => resolve(error === null ? '' : stderr || String(error)),
    );
    child.stdin?.end();
  });
  if (said !== '') console.error(`${line}\n  ${said}`);
  recorded.push({ line, requests: sent(daemon.asked) });
  await daemon.close();
  rmSync(join(folder, 'config.json'), { force: true });
}
writeFileSync(output, `[\n${recorded.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`);
rmSync(folder, { recursive: true });
