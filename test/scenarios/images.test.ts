import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPerson } from './person.ts';

test('an image is tagged, looked at, saved, removed, loaded again', async (t) => {
  const person = await aPerson(t);
  await person.types('docker image tag busybox:latest busybox:test1');
  assert.match(await person.types('docker images'), /test1/);
  assert.match(
    await person.types("docker image inspect busybox:test1 -f '{{.Architecture}} {{.Os}}'"),
    /^(amd64|arm64) linux$/,
  );
  assert.match(await person.types('docker image history busybox:test1'), /CREATED BY/);
  assert.match(await person.types('docker system df'), /^Images/m);
  await person.types('docker image save busybox:test1 -o $DIR/busybox.tar');
  await person.types('docker rmi busybox:test1');
  await person.isRefused('docker image inspect busybox:test1', /No such image/i);
  assert.match(await person.types('docker image load -i $DIR/busybox.tar'), /Loaded image: busybox:test1/);
  assert.equal(await person.types('docker run --rm busybox:test1 echo it runs'), 'it runs');
});

test('a container becomes an image: commit, export and import', async (t) => {
  const person = await aPerson(t);
  await person.types('docker run --name made busybox sh -c "echo by hand > /note"');
  await person.types('docker commit made notes:1');
  assert.equal(await person.types('docker run --rm notes:1 cat /note'), 'by hand');
  await person.types('docker export made -o $DIR/made.tar');
  await person.types('docker image import $DIR/made.tar notes:flat');
  assert.equal(await person.types('docker run --rm notes:flat cat /note'), 'by hand');
  assert.equal((await person.types('docker history -q notes:flat')).split('\n').length, 1);
});
