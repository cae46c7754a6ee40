/**
 * Records what Docker's own client sends for each case: `node record-create.ts DOCKER FILE`. Needs a docker client of
 * version 28; no daemon, its place is taken by a server that writes requests down.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createCases } from './create-cases.ts';

const [docker = 'docker', output = 'create-bodies.json'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'minke-record-'));
const fixtures = join(import.meta.dirname, '..', 'fixtures');
let last: { url: string; body: unknown } | undefined;
const server = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => {
    response.setHeader('Api-Version', '1.51').setHeader('Ostype', 'linux');
    if (request.url?.endsWith('/_ping')) return response.end(request.method === 'HEAD' ? undefined : 'OK');
    last = { url: (request.url ?? '').replace(/^\/v[\d.]+/, ''), body: JSON.parse(text || 'null') };
    response.writeHead(201, { 'Content-Type': 'application/json' });
    return response.end('{"Id":"recorded","Warnings":[]}');
  });
});
const socket = join(folder, 'docker.sock');
await new Promise<void>((resolve) => server.listen(socket, resolve));
const recorded: unknown[] = [];
for (const args of createCases) {
  last = undefined;
  const real = args.map((word) => word.replace('@/', `${fixtures}/`));
  const env = { PATH: process.env.PATH, HOME: folder, DOCKER_CONFIG: folder };
  await promisify(execFile)(docker, ['-H', `unix://${socket}`, 'create', ...real], { env }).catch(
    (error: Error) => {
      console.error(args.join(' '), error.message);
    },
  );
  rmSync('/tmp/minke-test-cid', { force: true });
  recorded.push({ args, ...(last ?? { failed: true }) });
}
writeFileSync(
  output,
  `[\n${recorded.map((entry) => JSON.stringify(entry).replaceAll(fixtures, '@')).join(',\n')}\n]\n`,
);
server.close();
rmSync(folder, { recursive: true });
