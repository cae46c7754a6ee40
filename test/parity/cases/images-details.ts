import type { Case } from '../contract.ts';

const made = (name: string, script: string, tag: string) => [
  `docker run --name ${name} busybox sh -c "${script}"`,
  { run: `docker commit ${name} ${tag}`, statusOnly: true },
];

export const imagesDetails: readonly Case[] = [
  {
    name: 'images/list-by-filters',
    steps: [
      ...made('mm', 'echo x > /x', 'made:1'),
      'docker tag made:1 made:2',
      'docker tag made:1 other/made:1',
      { run: 'docker images --format "{{.Repository}}:{{.Tag}}" --filter reference=made', unordered: true },
      { run: 'docker images --format "{{.Repository}}:{{.Tag}}" --filter reference=*/*', unordered: true },
      { run: 'docker images --format "{{.Repository}}:{{.Tag}}" --filter since=busybox', unordered: true },
      { run: 'docker images --format "{{.Repository}}:{{.Tag}}" --filter before=made:1', unordered: true },
      { run: 'docker images --format "{{.Repository}}:{{.Tag}}" made', unordered: true },
      { run: 'docker images --format "{{.Repository}}:{{.Tag}}" made:2', unordered: true },
      'docker images --filter since=none-such',
      'docker images --filter label=none -q',
      'docker images --filter dangling=x',
    ],
  },
  {
    name: 'images/dangling-ones',
    steps: [
      ...made('mm', 'echo x > /x', 'made:1'),
      { run: 'docker commit mm made:1', statusOnly: true },
      'docker images --filter dangling=true --format "{{.Repository}}:{{.Tag}}"',
      { run: 'docker images -a --format "{{.Repository}}:{{.Tag}}"', unordered: true },
      { run: 'docker image prune -f', numbers: true },
      'docker images --filter dangling=true -q',
      'docker image prune -a -f --filter until=1h',
      'docker image prune -f --filter nonsense=1',
    ],
  },
  {
    name: 'images/remove-in-many-ways',
    steps: [
      ...made('mm', 'echo x > /x', 'made:1'),
      'docker tag made:1 made:2',
      { run: 'docker image inspect -f {{.Id}} made:1', keep: 'IMG' },
      'docker rmi $IMG',
      'docker rmi made:2',
      'docker create --name user made:1 true',
      'docker rmi made:1',
      'docker rmi -f made:1',
      'docker rm user mm',
      { run: 'docker rmi $IMG', statusOnly: true },
      'docker rmi --no-prune none-such',
      'docker rmi busybox:none sha256:0000',
      { api: 'DELETE /images/none-such?force=1', json: true },
    ],
  },
  {
    name: 'images/removed-while-it-runs',
    steps: [
      ...made('mm', 'echo x > /x', 'made:1'),
      'docker run -d --name user made:1 sleep 60',
      'docker rmi made:1',
      'docker rmi -f made:1',
      { run: 'docker ps --format "{{.Names}} {{.Image}}"', numbers: true },
      'docker exec user cat /x',
    ],
  },
  {
    name: 'images/save-several',
    steps: [
      ...made('mm', 'echo x > /x', 'made:1'),
      'docker tag made:1 made:2',
      'docker save -o $DIR/all.tar made:1 made:2 busybox',
      {
        inside: 'sh -c "tar x -O -f $DIR/all.tar manifest.json"',
        json: true,
        pick: ['0.RepoTags', '1.RepoTags'],
        unordered: true,
      },
      'docker rmi -f made:1 made:2',
      { run: 'docker load -i $DIR/all.tar', unordered: true },
      'docker run --rm made:2 cat /x',
      'docker save made:1 none-such -o $DIR/no.tar',
      { run: 'docker save busybox', tty: true },
    ],
  },
  {
    name: 'images/import-in-many-ways',
    steps: [
      {
        inside:
          'sh -c "mkdir -p $DIR/t/d; echo hi > $DIR/t/d/f; tar -C $DIR/t -cf $DIR/fs.tar .; gzip -k $DIR/fs.tar"',
      },
      { run: 'docker import $DIR/fs.tar.gz flat:1', statusOnly: true },
      {
        run: 'docker image inspect flat:1',
        json: true,
        pick: ['0.RepoTags', '0.Config.Cmd', '0.Size', '0.RootFS'],
      },
      { inside: 'sh -c "$DOCKER import - flat:2 < $DIR/fs.tar > /dev/null"' },
      { run: 'docker image inspect -f "{{.RootFS.Layers}}" flat:1 flat:2' },
      'docker import --change "NONSENSE x" $DIR/fs.tar',
      'docker import $DIR/fs.tar UPPER',
      'docker import --platform linux/nonsense $DIR/fs.tar x:1',
      { api: 'POST /images/create?fromSrc=-&repo=x', json: true },
    ],
  },
  {
    name: 'images/history-formats',
    steps: [
      ...made('mm', 'echo x > /x', 'made:1'),
      { run: 'docker history --format "{{.CreatedBy}}|{{.Size}}|{{.Comment}}" made:1' },
      { run: 'docker history --no-trunc -q busybox' },
      { run: 'docker history --human=false --format "{{.Size}}" busybox' },
      {
        run: 'docker history --format json busybox',
        jsonLines: true,
        drop: ['0.CreatedAt', '0.CreatedSince'],
      },
    ],
  },
  {
    name: 'images/by-the-api',
    steps: [
      { api: 'GET /images/json?all=1&digests=1', json: true },
      { api: 'GET /images/json?shared-size=1', json: true, pick: ['0.SharedSize', '0.Containers'] },
      { api: 'GET /images/json?filters=x', json: true },
      { api: 'GET /images/none-such/history', json: true },
      { api: 'GET /images/none-such/get', json: true },
      { api: 'POST /images/busybox/tag?repo=x&tag=y', json: true },
      { api: 'POST /images/busybox/tag?repo=UPPER', json: true },
      { api: 'POST /images/none-such/tag?repo=x', json: true },
      { api: 'DELETE /images/x:y', json: true },
      { api: 'POST /images/prune?filters={"dangling":["x"]}', json: true },
      { api: 'POST /images/prune', json: true },
    ],
  },
  {
    name: 'images/inspect-formats',
    steps: [
      `docker image inspect -f '{{.Os}} {{.Architecture}} {{.RepoTags}} {{.Config.Cmd}}' busybox`,
      `docker image inspect -f '{{.Id}}' busybox none-such`,
      `docker image inspect -f '{{len .RootFS.Layers}}' sha256:$BUSYBOX`,
      `docker inspect -f '{{.Id}}' $BUSYBOX`,
      'docker image inspect UPPER',
      { api: 'GET /images/sha256:nothex/json', json: true },
    ],
  },
];
