/** What refers to an image, at registries that keep account of it and at those that don't. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { type Digest, sha256 } from '../../../src/wire/digest.ts';
import { mediaTypes } from '../../../src/wire/oci-image.ts';
import { busyboxTar } from '../../harness/images/busybox.ts';
import { manifestOf } from '../../harness/registry/ask.ts';
import { type RegistryPair, startPair } from '../../harness/registry/pair.ts';

const minke = resolve(import.meta.dirname, '../../../bin/minke');
let pair: RegistryPair;
let folder = '';
let image: Digest;

before(async () => {
  pair = await startPair();
  folder = pair.folder;
  const archive = `docker-archive:${await busyboxTar()}:busybox:latest`;
  await pair.copy('--format=oci', archive, 'docker://localhost:5001/team/box:1');
  const manifest = await curl(
    `localhost:5001/v2/team/box/manifests/1`,
    '-H',
    `Accept: ${mediaTypes.ociManifest}`,
  );
  image = sha256(manifest);
});

after(async () => {
  assert.deepEqual(await pair?.stop(), []);
});

async function curl(path: string, ...flags: string[]): Promise<string> {
  const { code, stdout, stderr } = await pair.engine.inside(['curl', '-fsS', ...flags, `http://${path}`]);
  assert.equal(code, 0, `${path}: ${stderr}`);
  return stdout;
}

const cli = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await pair.engine.inside([minke, ...args]);
  assert.equal(code, 0, `minke ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
};

/** Puts a manifest that refers to the image beside it. */
async function sign(repository: string): Promise<Digest> {
  for (const blob of ['{}', 'signed']) {
    const file = join(folder, 'blob');
    await writeFile(file, blob);
    const type = ['-H', 'Content-Type: application/octet-stream'];
    await curl(
      `${repository}/blobs/uploads/?digest=${sha256(blob)}`,
      ...['-X', 'POST', ...type, '--data-binary', `@${file}`],
    );
  }
  const subject = { mediaType: mediaTypes.ociManifest, digest: image, size: 1 };
  const bytes = manifestOf('{}', ['signed'], { artifactType: 'application/vnd.test.signature', subject });
  await writeFile(join(folder, 'manifest'), bytes);
  await curl(
    `${repository}/manifests/${sha256(bytes)}`,
    ...['-X', 'PUT', '-H', `Content-Type: ${mediaTypes.ociManifest}`],
    ...['--data-binary', `@${join(folder, 'manifest')}`],
  );
  return sha256(bytes);
}

test('listed, and copied to a registry that keeps no account: the tag does', async () => {
  const signature = await sign('localhost:5001/v2/team/box');
  assert.equal(
    await cli(
      'image',
      'referrers',
      '--no-trunc',
      '--format',
      '{{.Digest}} {{.ArtifactType}}',
      'localhost:5001/team/box:1',
    ),
    `${signature} application/vnd.test.signature`,
  );
  await cli('pull', 'localhost:5001/team/box:1');
  await cli('tag', 'localhost:5001/team/box:1', 'localhost:5000/copy/box:1');
  const pushed = await cli('push', '--referrers', 'localhost:5000/copy/box:1');
  assert.match(pushed, new RegExp(`Copied application/vnd.test.signature ${signature}`));
  const index = JSON.parse(
    await curl(
      `localhost:5000/v2/copy/box/manifests/${image.replace(':', '-')}`,
      ...['-H', `Accept: ${mediaTypes.ociIndex}`],
    ),
  );
  assert.deepEqual(
    index.manifests.map(({ digest }: { digest: string }) => digest),
    [signature],
  );
  const row = await cli('image', 'referrers', 'localhost:5000/copy/box:1');
  assert.match(row, new RegExp(`${signature.slice(7, 19)} +application/vnd.test.signature`));
  // Once more changes nothing.
  await cli('push', '--referrers', 'localhost:5000/copy/box:1');
  assert.equal(
    (await cli('image', 'referrers', '--format', '{{.Digest}}', 'localhost:5000/copy/box:1')).split('\n')
      .length,
    1,
  );

  // And back from there, to one that keeps account itself.
  await cli('rmi', 'localhost:5001/team/box:1');
  await cli('tag', 'localhost:5000/copy/box:1', 'localhost:5001/back/box:1');
  await cli('push', '--referrers', 'localhost:5001/back/box:1');
  const back = JSON.parse(await curl(`localhost:5001/v2/back/box/referrers/${image}`));
  assert.deepEqual(
    back.manifests.map(({ digest }: { digest: string }) => digest),
    [signature],
  );
  await cli('rmi', 'localhost:5000/copy/box:1', 'localhost:5001/back/box:1');
});
