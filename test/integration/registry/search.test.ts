/** `docker search` at our registry: Docker's engine and ours show the same to Docker's client. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { must } from '../../harness/command.ts';
import type { EngineName } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { busyboxTar } from '../../harness/images/busybox.ts';
import { startRegistryProcess } from '../../harness/registry/process.ts';

const lines = [
  ['search', 'localhost:5000/box'],
  ['search', '--limit', '1', 'localhost:5000/team'],
  ['search', '--format', '{{.Name}}|{{.Description}}|{{.StarCount}}|{{.IsOfficial}}', 'localhost:5000/team'],
  ['search', '--no-trunc', '--filter', 'stars=1', 'localhost:5000/box'],
  ['search', '--filter', 'is-official=false', 'localhost:5000/box'],
  ['search', 'localhost:5000/none'],
  ['search', '--limit', '101', 'localhost:5000/box'],
  ['search', '--filter', 'stars=x', 'localhost:5000/box'],
];

/** What each line says, with its status. */
async function searched(name: EngineName): Promise<string[]> {
  const engine = await startEngine(name);
  try {
    const behind = ['nsenter', `--net=/run/netns/${engine.netns}`];
    const root = join(engine.dataRoot, '../registry');
    const registry = await startRegistryProcess({ root, behind, listen: '127.0.0.1:5000' });
    try {
      const archive = `docker-archive:${await busyboxTar()}:busybox:latest`;
      for (const repository of ['team/box', 'team/other', 'more/boxes'])
        await must([
          ...[...behind, 'skopeo', '--insecure-policy', 'copy', '--dest-tls-verify=false'],
          ...[archive, `docker://localhost:5000/${repository}:1`],
        ]);
      const said: string[] = [];
      for (const line of lines) {
        const { code, stdout, stderr } = await engine.docker(line);
        said.push(`${line.join(' ')}: ${code}\n${stdout}${stderr}`);
      }
      return said;
    } finally {
      await registry.end();
    }
  } finally {
    assert.deepEqual(await engine.stop(), []);
  }
}

test('both engines find the same', async () => {
  const [theirs, ours] = [await searched('docker28'), await searched('minke')];
  assert.deepEqual(ours, theirs);
  assert.match(ours[0] ?? '', /more\/boxes[\s\S]*team\/box/);
});
