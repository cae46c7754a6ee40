/** Images at the edges: platforms in all spellings, names of any kind, archives of several, older lists. */
import type { Case } from '../contract.ts';

const R = 'localhost:5000';
const published = [
  `docker tag busybox ${R}/bb:1`,
  { run: `docker push -q ${R}/bb:1`, statusOnly: true },
  { run: `docker pull -q ${R}/bb:1`, statusOnly: true },
];
const pulled = (platform: string) => `docker pull --platform '${platform}' ${R}/bb:1`;
const imported = (platform: string) => [
  { inside: `sh -c "$DOCKER import --platform ${platform} - pl:1 < /dev/null > /dev/null"` },
  "docker image inspect -f '{{.Os}} {{.Architecture}} {{.Variant}}' pl:1",
];

/**
 * Of one second come in any order. Labels of a commit are an empty map in Docker's lists, and nothing in its inspect.
 */
const list = { json: true, unordered: true, drop: ['0.Labels', '1.Labels', '2.Labels'] };

export const imagesEdges: readonly Case[] = [
  {
    name: 'registry/platforms-in-words',
    since: 28,
    steps: [
      { registry: 5000 },
      ...published,
      pulled('a b/c'),
      pulled('linux/*'),
      pulled('linux//v8'),
      pulled('/'),
      pulled('linux/amd64/v1/x'),
      pulled('linux/amd64/v1/x/y'),
      pulled('bogus'),
      pulled('darwin'),
      pulled('windows'),
      pulled('amd64'),
      pulled('linux/x86_64'),
      pulled('LINUX/AMD64'),
      pulled('linux/amd64/v2'),
      pulled('armel'),
      pulled('linux/arm'),
      pulled('linux/arm/7'),
      pulled('linux/arm64/v8'),
      { run: `docker create --platform linux/amd64/v2 ${R}/bb:1 true`, keep: 'CC' },
      `docker create --platform windows/amd64 ${R}/bb:1 true`,
      `docker create --platform linux/arm ${R}/bb:1 true`,
      { api: `POST /v1.51/containers/create?platform=bogus`, body: { Image: `${R}/bb:1` }, json: true },
    ],
  },
  {
    name: 'registry/an-index-without-this-platform',
    since: 28,
    steps: [
      { registry: 5000 },
      ...published,
      `docker manifest create --insecure ${R}/ml:1 ${R}/bb:1`,
      `docker manifest annotate ${R}/ml:1 ${R}/bb:1 --arch arm64 --variant v8`,
      { run: `docker manifest push --insecure ${R}/ml:1`, statusOnly: true },
      `docker pull ${R}/ml:1`,
      `docker pull --platform linux/s390x ${R}/ml:1`,
      `docker pull -q ${R}/ml:1`,
    ],
  },
  {
    name: 'images/platforms-of-imports',
    since: 28,
    steps: [
      ...imported('arm64'),
      ...imported('linux/arm64/v8'),
      ...imported('linux/arm/v7'),
      ...imported('armel'),
      ...imported('linux/amd64/v1'),
      ...imported('linux/amd64/v2'),
      ...imported('linux/bogus'),
      { inside: 'sh -c "$DOCKER import --platform windows - w:1 < /dev/null"' },
      { inside: 'sh -c "$DOCKER import --platform windows/amd64 - w:1 < /dev/null"' },
      { inside: 'sh -c "$DOCKER import -c \'\' - c:1 < /dev/null"' },
      "docker image inspect --platform linux -f '{{.Os}}' busybox",
      "docker image inspect --platform linux/amd64/v3 -f '{{.Os}}' busybox",
      'docker history -q --platform linux/arm64 busybox',
      'docker save --platform linux/arm64 -o $DIR/none.tar busybox',
      'docker rmi --platform linux/arm64 busybox',
    ],
  },
  {
    name: 'images/imports-from-the-web',
    steps: [
      'docker import http://localhost:1/x.tar',
      'docker import http://localhost:1/x.tar UPPER',
      { registry: 5000 },
      'docker import http://localhost:5000/v2/nope',
      { api: 'POST /images/create?fromSrc=ftp://localhost/x', json: true, pick: ['message'] },
      { api: 'POST /images/create?fromSrc=localhost:5000/v2/nope', json: true },
    ],
  },
  {
    name: 'images/names-of-any-kind',
    steps: [
      'docker tag busybox UPPER',
      'docker tag busybox a..b/c',
      'docker tag busybox a//b',
      'docker tag busybox a___b',
      'docker tag busybox a__b',
      'docker tag busybox -a',
      'docker tag busybox a-',
      'docker tag busybox ""',
      'docker tag "" a',
      'docker tag busybox [::1]:5000/x',
      'docker tag busybox host.example:99999/x',
      'docker tag busybox docker.io/foo',
      'docker tag busybox index.docker.io/library/foo2:z',
      `docker tag busybox ${'a'.repeat(255)}`,
      `docker tag busybox ${'a'.repeat(256)}`,
      `docker tag busybox t:${'a'.repeat(128)}`,
      `docker tag busybox t:${'a'.repeat(129)}`,
      `docker tag busybox ${'a'.repeat(64)}`,
      `docker tag busybox x@sha256:${'0'.repeat(64)}`,
      'docker tag busybox sha256:abc',
      { run: 'docker images --format {{.Repository}}:{{.Tag}}', unordered: true },
      'docker rmi [::1]:5000/x host.example:99999/x foo foo2:z a__b',
      'docker images -f =x',
      'docker images -f reference=docker.io/library/busybox -q --no-trunc',
      'docker images [a-',
    ],
  },
  {
    name: 'images/older-lists',
    steps: [
      { run: 'docker run --name mm busybox true' },
      { run: 'docker commit mm made:1', statusOnly: true },
      { inside: 'sh -c "$DOCKER import - empty:1 < /dev/null > /dev/null"' },
      { api: 'GET /v1.24/images/json', ...list },
      { api: 'GET /v1.41/images/json', ...list },
      { api: 'GET /v1.43/images/json', ...list },
      { api: 'GET /v1.44/images/json', ...list },
      { api: 'GET /v1.24/images/json?filter=busybox', json: true },
      { api: 'GET /images/search?term=x&limit=x', json: true },
      { api: 'POST /build/prune?keep-storage=x', json: true },
      'docker rm mm',
    ],
  },
  {
    name: 'images/an-archive-names-parents',
    steps: [
      'docker run --name mm busybox sh -c "echo x > /x"',
      { run: 'docker commit mm made:1', statusOnly: true },
      'docker tag busybox t:1',
      'docker save -o $DIR/both.tar busybox t:1 made:1',
      {
        inside: 'sh -c "tar x -O -f $DIR/both.tar manifest.json"',
        json: true,
        pick: ['0.RepoTags', '0.Parent', '1.RepoTags', '1.Parent'],
        unordered: true,
      },
      'docker rmi made:1 t:1',
      { run: 'docker load -q -i $DIR/both.tar', unordered: true },
      "docker image inspect -f '{{.Parent}}' made:1",
      'docker rm mm',
    ],
  },
];
