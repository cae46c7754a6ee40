/**
 * Records answers of a real daemon for the fake one: `node record-routes.ts SOCKET FILE`. Times that listings count
 * from are replaced by what is so long ago.
 */
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { Answer } from '../fake-daemon.ts';

const [socket = '', output = 'routes.json'] = process.argv.slice(2);

function get(
  path: string,
  method = 'GET',
): Promise<{ status: number; type: string; body: Buffer; stat: string }> {
  return new Promise((resolve, reject) => {
    request({ socketPath: socket, path: `/v1.50${path}`, method }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          body: Buffer.concat(chunks),
          stat: String(response.headers['x-docker-container-path-stat'] ?? ''),
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}

const names = ['web', 'paused', 'done', 'fresh', 'tty', 'looping'];
const paths = [
  '/containers/json',
  '/containers/json?all=1',
  '/containers/json?all=1&size=1',
  '/containers/json?size=1',
  '/images/json',
  '/images/json?all=1',
  '/volumes',
  '/networks',
  '/info',
  '/version',
  '/system/df',
  ...names.map((name) => `/containers/${name}/json`),
  ...['busybox', 'made:1', 'nope'].flatMap((name) => [`/images/${name}/json`, `/images/${name}/history`]),
  ...['data', 'logs', 'nope'].map((name) => `/volumes/${name}`),
  ...['back', 'bridge', 'nope'].map((name) => `/networks/${name}`),
  '/containers/nope/json',
  '/containers/done/changes',
  '/containers/web/top',
  '/containers/web/top?ps_args=-o+pid%2Ccomm',
];
const created = new Map<number, number>();
const recorded: Record<string, Answer> = {};
for (const path of paths) {
  const { status, type, body } = await get(path);
  // Each moment becomes an age of its own: 1 minute, 2 hours, 3 days and so on, the same at every play.
  const text = body
    .toString()
    .replaceAll(/\/tmp\/cliw\/d28\/(data|exec)/g, '/var/lib/docker')
    .replace(/"Created":(\d{9,})/g, (_whole, time: string) => {
      const at = Number(time);
      if (!created.has(at))
        created.set(at, [65, 7300, 260_000, 1_300_000, 8_000_000, 40][created.size % 6] ?? 40);
      return `"Created":"@ago:${created.get(at)}"`;
    });
  recorded[`GET ${path}`] = {
    ...(status === 200 ? {} : { status }),
    ...(type.includes('json') ? { json: JSON.parse(text) } : { type, text }),
  };
}
for (const name of ['done', 'tty']) {
  const { body, type } = await get(`/containers/${name}/logs?stdout=1&stderr=1&tail=all`);
  const { Id } = JSON.parse((await get(`/containers/${name}/json`)).body.toString());
  for (const route of [name, Id])
    recorded[`GET /containers/${route}/logs`] = { type, base64: body.toString('base64') };
}
writeFileSync(
  output,
  `{\n${Object.entries(recorded)
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
    .join(',\n')}\n}\n`,
);
