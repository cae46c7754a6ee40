import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DockerComposeEnvironment, Wait } from 'testcontainers';

const file = `
services:
  web:
    image: busybox
    init: true
    command: sh -c 'mkdir -p /www; echo composed > /www/index.html; exec httpd -f -p 80 -h /www'
    ports: ['80']
  client:
    image: busybox
    init: true
    depends_on: [web]
    command: sh -c 'echo waiting; sleep 300'
`;

test('a compose file as an environment', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'judge-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'compose.yaml'), file);
  const environment = await new DockerComposeEnvironment(folder, 'compose.yaml')
    .withWaitStrategy('web-1', Wait.forListeningPorts())
    .withWaitStrategy('client-1', Wait.forLogMessage('waiting'))
    .withStartupTimeout(120_000)
    .up();
  try {
    const web = environment.getContainer('web-1');
    const answer = await fetch(`http://${web.getHost()}:${web.getMappedPort(80)}/`);
    assert.equal(await answer.text(), 'composed\n');
    const asked = await environment.getContainer('client-1').exec('wget -q -O - http://web/');
    assert.equal(asked.output, 'composed\n');
  } finally {
    await environment.down({ removeVolumes: true });
  }
});
