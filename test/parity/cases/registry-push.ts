import type { Case } from '../contract.ts';

const R = 'localhost:5000';

export const registryPush: readonly Case[] = [
  {
    name: 'registry/push',
    steps: [
      { registry: 5000 },
      `docker tag busybox ${R}/bb:1`,
      `docker push ${R}/bb:1`,
      `docker push ${R}/bb:1`,
      `docker tag busybox ${R}/other:1`,
      `docker push ${R}/other:1`,
      `docker tag busybox ${R}/bb:2`,
      `docker push ${R}/bb`,
      `docker push -a ${R}/bb`,
      `docker push -q ${R}/bb:2`,
      'docker push nope-at-all',
      `docker push ${R}/nope:1`,
      `docker push ${R}/bb@sha256:${'0'.repeat(64)}`,
      {
        run: 'docker images --digests --format "{{.Repository}}:{{.Tag}} {{.Digest}} {{.ID}}"',
        unordered: true,
      },
      { run: `docker image inspect ${R}/bb:1`, json: true, pick: ['0.RepoDigests', '0.RepoTags', '0.Id'] },
    ],
  },
  {
    name: 'registry/push-of-layers',
    steps: [
      { registry: 5000 },
      'docker run --name box busybox sh -c "echo content > /added"',
      { run: `docker commit box ${R}/two:1`, statusOnly: true },
      { run: `docker push ${R}/two:1`, unordered: true },
      `docker rmi -f ${R}/two:1`,
      { run: `docker pull ${R}/two:1`, unordered: true },
      `docker run --rm ${R}/two:1 cat /added`,
    ],
  },
  {
    name: 'registry/push-errors-of-the-api',
    steps: [
      { registry: 5000 },
      `docker tag busybox ${R}/bb:1`,
      { api: `POST /v1.51/images/${R}/nope/push?tag=1`, jsonLines: true },
      { api: `POST /v1.51/images/${R}/UPPER/push?tag=1`, json: true },
      { api: `POST /v1.51/images/${R}/bb@sha256:${'0'.repeat(64)}/push`, json: true },
      {
        api: `POST /v1.51/images/${R}/bb/push?tag=1&platform=%7B%22os%22%3A%22linux%22%2C%22architecture%22%3A%22riscv64%22%7D`,
        json: true,
      },
      `docker push localhost:5999/bb:1`,
    ],
  },
];
