import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { must } from '../../harness/command.ts';
import { docker, execIn, importImage, made, progress, started } from './docker.ts';

/** A tar with one file in it, by the host's tar. */
async function tarOf(name: string, content: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'judge-'));
  try {
    await writeFile(join(folder, name), content);
    const tar = join(folder, `${name}.tar`);
    await must(['tar', '-C', folder, '-cf', tar, name]);
    return await readFile(tar);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('files go in and out, running or not', async (t) => {
  const container = await made(t, { Cmd: ['sleep', '300'] });
  await container.putArchive(await tarOf('note', 'written\n'), { path: '/tmp' });
  await container.start();
  assert.equal((await execIn(container, ['cat', '/tmp/note'])).stdout, 'written\n');
  await container.putArchive(await tarOf('note', 'written again\n'), { path: '/tmp' });
  assert.equal((await execIn(container, ['cat', '/tmp/note'])).stdout, 'written again\n');
  const tar = await buffer(await container.getArchive({ path: '/tmp/note' }));
  assert.match(tar.toString('latin1'), /^note\0.*written again\n/s);
  await container.stop({ t: 0 });
  const later = await buffer(await container.getArchive({ path: '/tmp' }));
  assert.match(later.toString('latin1'), /^tmp\/\0/);
  await assert.rejects(container.getArchive({ path: '/nowhere' }), /Could not find the file|404/);
  await assert.rejects(
    container.putArchive(await tarOf('x', 'x'), { path: '/nowhere' }),
    /Could not find the file/,
  );
});

test('what a path is', async (t) => {
  const container = await made(t);
  const answer = await container.infoArchive({ path: '/etc/passwd' });
  // Nothing follows, but its end must be read for the connection to close.
  answer.resume();
  const header: string = answer.headers['x-docker-container-path-stat'];
  const stat: Record<string, unknown> = JSON.parse(Buffer.from(header, 'base64').toString());
  assert.equal(stat.name, 'passwd');
  assert.equal(stat.mode, 0o644);
  assert.ok(Number(stat.size) > 0);
});

test('what was changed', async (t) => {
  const script = 'echo x > /new; echo root:x:0:0:root:/root:/bin/sh > /etc/passwd; rm /etc/shadow';
  const container = await started(t, { Cmd: ['sh', '-c', script] });
  await container.wait();
  const changes: { Kind: number; Path: string }[] = await container.changes();
  const told = changes.map(({ Kind, Path }) => `${Kind} ${Path}`).sort();
  assert.deepEqual(told, ['0 /etc', '0 /etc/passwd', '1 /new', '2 /etc/shadow']);
});

test('export, and import of what was exported', async (t) => {
  const container = await started(t, { Cmd: ['sh', '-c', 'echo exported > /note'] });
  await container.wait();
  const tar = await buffer(await container.export());
  await progress(await importImage(tar, { repo: 'dode-flat', tag: '1' }));
  t.after(() => docker.getImage('dode-flat:1').remove({ force: true }));
  const image = await docker.getImage('dode-flat:1').inspect();
  assert.equal(image.RootFS.Layers?.length, 1);
  const copy = await started(t, { Image: 'dode-flat:1' });
  assert.equal((await execIn(copy, ['cat', '/note'])).stdout, 'exported\n');
});

test('commit, with changes to its settings', async (t) => {
  const container = await started(t, { Cmd: ['sh', '-c', 'echo kept > /note'], Env: ['A=1'] });
  await container.wait();
  const made1 = await container.commit({
    repo: 'dode-commit',
    tag: 'v1',
    comment: 'by a judge',
    author: 'J',
    changes: ['CMD ["cat", "/note"]', 'ENV B=2', 'LABEL l=m'].join('\n'),
  });
  t.after(() => docker.getImage('dode-commit:v1').remove({ force: true }));
  const image = await docker.getImage('dode-commit:v1').inspect();
  assert.equal(image.Id, made1.Id);
  assert.deepEqual(image.Config.Cmd, ['cat', '/note']);
  assert.ok(image.Config.Env?.includes('A=1') && image.Config.Env.includes('B=2'));
  assert.equal(image.Config.Labels.l, 'm');
  assert.equal(image.Comment, 'by a judge');
  const copy = await docker.createContainer({ Image: 'dode-commit:v1' });
  t.after(() => copy.remove({ force: true }));
  await copy.start();
  await copy.wait();
  assert.match((await copy.logs({ stdout: true })).toString('latin1'), /kept\n$/);
});
