/** What command lines ask the daemon, held against what Docker's own client asked (fixtures/requests.json). */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { words } from '../harness/words.ts';
import { type FakeDaemon, fakeDaemon } from './fake-daemon.ts';
import { isEmpty, type Sent, sent } from './record/asked.ts';
import { requestRoutes } from './record/request-routes.ts';
import { runCli } from './run-cli.ts';

interface Recorded {
  readonly line: string;
  readonly requests: readonly Sent[];
}

const fixtures = join(import.meta.dirname, 'fixtures');
const recorded: readonly Recorded[] = JSON.parse(readFileSync(join(fixtures, 'requests.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'minke-requests-'));
after(() => rmSync(folder, { recursive: true }));

/** Looking something up first is each client's own way; what is asked in the end counts, in any order. */
const looksUp = ({ method, path }: Sent): boolean =>
  (method === 'GET' &&
    /^\/(containers|exec)\/[^/]+\/json$|^\/(info|version)$|^\/networks\/back$/.test(path)) ||
  method === 'HEAD';

/** Names in full and short are the same, and so are a tag by itself and one behind its name. */
const named = (query: Sent['query']): Sent['query'] => {
  const [from] = [query.fromImage ?? query.repo].flat();
  if (typeof from !== 'string' || from === '') return query;
  const tag = [query.tag].flat()[0];
  const { fromImage: _from, repo: _repo, tag: _tag, ...rest } = query;
  const short = from.replace(/^docker\.io\/(library\/)?/, '');
  return { ...rest, image: tag === undefined || tag === '' ? short : `${short}:${String(tag)}` };
};

/** Values that say no more than their absence. */
const defaults: Readonly<Record<string, string>> = {
  buildargs: '{}',
  isolation: 'default',
  labels: '{}',
  networkmode: 'default',
  rm: '1',
};

/** Parameters that Docker's client sends though they are empty, or twice under an old and a new name. */
function plain({ method, path, query, body }: Sent) {
  const given = Object.entries(named(query)).filter(
    ([name, values]) =>
      !(Array.isArray(values) && values.every((value) => value === '' || value === defaults[name])) &&
      name !== 'reserved-space',
  );
  return {
    method,
    path: path.replaceAll('a'.repeat(64), 'web'),
    query: Object.fromEntries(given.filter(([, value]) => value !== '')),
    body: isEmpty(body) ? '' : body,
  };
}

const matters = (requests: readonly Sent[], line: string) =>
  requests
    .filter((request) => /inspect/.test(line) || !looksUp(request))
    .map(plain)
    .sort((a, b) => (`${a.method} ${a.path}` < `${b.method} ${b.path}` ? -1 : 1));

for (const [at, { line, requests }] of recorded.entries())
  test(`docker ${line}`, async () => {
    const socket = join(folder, String(at));
    const daemon: FakeDaemon = await fakeDaemon(socket, requestRoutes);
    try {
      await runCli(words(line.replaceAll('@/', `${fixtures}/`)), {
        DOCKER_HOST: `unix://${socket}`,
        DOCKER_BUILDKIT: '0',
        DOCKER_CONFIG: join(folder, `config-${at}`),
      });
      // As the fixture was, through JSON.
      const ours: readonly Sent[] = JSON.parse(JSON.stringify(sent(daemon.asked)));
      assert.deepEqual(matters(ours, line), matters(requests, line));
    } finally {
      await daemon.close();
    }
  });
