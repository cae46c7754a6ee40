import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { aPerson } from './person.ts';

test('a host folder is shared with a container, read-only where asked', async (t) => {
  const person = await aPerson(t);
  await writeFile(join(person.folder, 'index.html'), 'from the host\n');
  assert.equal(
    await person.types('docker run --rm -v $DIR:/var/www/html busybox cat /var/www/html/index.html'),
    'from the host',
  );
  await person.types(
    'docker run --rm -v $DIR:/var/www/html busybox sh -c "echo from inside > /var/www/html/made"',
  );
  assert.equal(await readFile(join(person.folder, 'made'), 'utf8'), 'from inside\n');
  await person.isRefused(
    'docker run --rm -v $DIR:/var/www/html:ro busybox touch /var/www/html/x',
    /Read-only file system/,
  );
});

test('a volume outlives its containers and is shared by them', async (t) => {
  const person = await aPerson(t);
  assert.equal(await person.types('docker volume create data'), 'data');
  await person.types('docker run --rm -v data:/data busybox sh -c "echo kept > /data/file"');
  await person.types('docker run -d --name holder -v data:/data busybox sleep 1000');
  assert.equal(await person.types('docker run --rm --volumes-from holder busybox cat /data/file'), 'kept');
  assert.equal(await person.types('docker run --rm -v data:/data:ro busybox cat /data/file'), 'kept');
  await person.isRefused('docker volume rm data', /volume is in use/);
  const mountpoint = await person.types("docker volume inspect -f '{{.Mountpoint}}' data");
  assert.equal(await person.onHost(`cat ${mountpoint}/file`), 'kept');
  await person.types('docker rm -f holder');
  assert.equal(await person.types('docker volume rm data'), 'data');
  assert.equal(await person.types('docker volume ls -q'), '');
});
