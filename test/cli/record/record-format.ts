/** Records how Docker's own client shows sizes, ages and templates: `node record-format.ts DOCKER FILE`. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, fakeDaemon } from '../fake-daemon.ts';
import { ages, data, sizes, templates } from './format-cases.ts';

const [docker = 'docker', output = 'formats.json'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'minke-format-'));
const socket = join(folder, 'docker.sock');
const container = {
  Id: 'a'.repeat(64),
  Names: ['/a'],
  Image: 'x',
  ImageID: '',
  Command: '',
  State: '',
  Status: '',
};
const routes: Record<string, Answer> = {
  'GET /containers/json': {
    json: [
      ...sizes.map((size) => ({ ...container, Created: '@ago:5', SizeRw: size })),
      ...ages.map((age) => ({ ...container, Created: `@ago:${age}` })),
    ],
  },
  'GET /containers/x/json': { json: { Zzz: data } },
};
const daemon = await fakeDaemon(socket, routes);

function run(args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    DOCKER_CONFIG: folder,
    DOCKER_HOST: `unix://${socket}`,
  };
  return new Promise((resolve) => {
    execFile(docker, [...args], { env }, (_error, stdout, stderr) => resolve({ stdout, stderr }));
  });
}

const listed = (await run(['ps', '--format', '{{.Size}}\t{{.RunningFor}}'])).stdout.trim().split('\n');
const shown: [string, string][] = [];
for (const template of templates) {
  const { stdout, stderr } = await run([
    'inspect',
    '--type',
    'container',
    '-f',
    template.replaceAll('.x', '.Zzz'),
    'x',
  ]);
  shown.push([template, stderr === '' ? stdout : `error: ${stderr}`]);
}
const made = {
  sizes: sizes.map((size, index) => [size, listed[index]?.split('\t')[0]]),
  ages: ages.map((age, index) => [age, listed[sizes.length + index]?.split('\t')[1]]),
  templates: shown,
};
writeFileSync(output, `${JSON.stringify(made, undefined, 1)}\n`);
await daemon.close();
rmSync(folder, { recursive: true });
