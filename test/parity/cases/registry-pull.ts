import type { Case } from '../contract.ts';

const R = 'localhost:5000';
const none = `sha256:${'0'.repeat(64)}`;
const published = (image: string) => [
  `docker tag busybox ${image}`,
  { run: `docker push -q ${image}`, statusOnly: true },
  { run: `docker rmi ${image}`, statusOnly: true },
];
const names = {
  run: 'docker images --digests --format "{{.Repository}}:{{.Tag}} {{.Digest}} {{.ID}}"',
  unordered: true,
};

export const registryPull: readonly Case[] = [
  {
    name: 'registry/pull',
    steps: [
      { registry: 5000 },
      ...published(`${R}/bb:1`),
      ...published(`${R}/bb:2`),
      'docker rmi busybox',
      `docker pull ${R}/bb:1`,
      `docker pull ${R}/bb:1`,
      `docker pull ${R}/bb:2`,
      `docker pull -q ${R}/bb:2`,
      { run: `docker pull -a ${R}/bb`, unordered: true },
      names,
      'docker images -f dangling=true -q',
      `docker rmi ${R}/bb:1`,
      names,
      `docker run --rm ${R}/bb:1 echo found`,
      `docker run --rm --pull always ${R}/bb:1 echo found`,
      {
        run: `docker image inspect ${R}/bb:1`,
        json: true,
        pick: ['0.RepoDigests', '0.RepoTags', '0.Id', '0.Size'],
      },
      `docker tag ${R}/bb:1 busybox`,
    ],
  },
  {
    name: 'registry/pull-errors',
    steps: [
      { registry: 5000 },
      ...published(`${R}/bb:1`),
      `docker pull ${R}/bb`,
      `docker pull ${R}/nope`,
      `docker pull ${R}/bb:nope`,
      `docker pull ${R}/bb@${none}`,
      `docker pull -a ${R}/bb:1`,
      'docker pull UPPER',
      'docker pull scratch',
      'docker pull localhost:5999/x:1',
      `docker pull --platform bogus ${R}/bb:1`,
      `docker run --rm --pull never ${R}/nope:1 true`,
      `docker run --rm ${R}/nope:1 true`,
      { api: `POST /v1.51/images/create?fromImage=${R}/nope&tag=1`, json: true },
      { api: `POST /v1.51/images/create?fromImage=${R}/bb&tag=nope`, json: true },
      { api: 'POST /v1.51/images/create?fromImage=UPPER&tag=1', json: true },
    ],
  },
  {
    name: 'registry/pull-of-another-platform',
    steps: [
      { registry: 5000 },
      ...published(`${R}/bb:1`),
      `docker pull --platform linux/riscv64 ${R}/bb:1`,
      `docker create --platform linux/riscv64 ${R}/bb:1 true`,
    ],
  },
  {
    name: 'registry/distribution-inspect',
    steps: [
      { registry: 5000 },
      ...published(`${R}/bb:1`),
      { api: `GET /v1.51/distribution/${R}/bb:1/json`, json: true },
      { api: `GET /v1.51/distribution/${R}/bb/json`, json: true },
      { api: `GET /v1.51/distribution/${R}/nope:1/json`, json: true },
      { api: 'GET /v1.51/distribution/UPPER/json', json: true },
      { api: 'GET /v1.51/distribution/localhost:5999/x/json', json: true },
    ],
  },
];
