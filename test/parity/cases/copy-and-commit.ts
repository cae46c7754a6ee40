import type { Case } from '../contract.ts';

const background = 'docker run -d --name aa busybox sleep 60';

export const copyAndCommit: readonly Case[] = [
  {
    name: 'files/copy-folders',
    steps: [
      { inside: 'mkdir -p $DIR/src/deep' },
      { file: 'src/f', text: 'f\n' },
      { file: 'src/deep/g', text: 'g\n' },
      'docker create --name aa busybox true',
      'docker cp $DIR/src aa:/tmp',
      'docker cp $DIR/src aa:/tmp/new',
      'docker cp $DIR/src/. aa:/tmp/flat',
      'docker cp $DIR/src/. aa:/root',
      // The client tells of its own trouble with the answer, sometimes.
      { run: 'docker cp $DIR/src aa:/etc/passwd', statusOnly: true },
      'docker cp $DIR/src/f aa:/tmp/src/deep',
      'docker cp aa:/tmp $DIR/out',
      'docker cp aa:/tmp/. $DIR/out',
      'docker cp aa:/tmp/flat/f $DIR/nowhere/',
      { inside: 'find $DIR/out -type f', unordered: true },
    ],
  },
  {
    name: 'files/copy-streams',
    steps: [
      { file: 'in.txt', text: 'through a pipe\n' },
      background,
      { inside: 'sh -c "tar -C $DIR -c in.txt | $DOCKER cp - aa:/tmp"' },
      'docker exec aa cat /tmp/in.txt',
      { inside: 'sh -c "$DOCKER cp aa:/tmp/in.txt - | tar x -O"' },
      { inside: 'sh -c "$DOCKER cp aa:/etc - | tar t"', unordered: true },
      { inside: 'sh -c "echo no tar | $DOCKER cp - aa:/tmp"' },
      { inside: 'sh -c "tar -C $DIR -c in.txt | $DOCKER cp - aa:/no/such"' },
      { inside: 'sh -c "tar -C $DIR -c in.txt | $DOCKER cp - aa:/etc/passwd"' },
    ],
  },
  {
    name: 'files/copy-links',
    steps: [
      'docker run --name aa busybox sh -c "mkdir /d; echo f > /d/f; ln -s /d/f /abs; ln -s d /rel; ln -s /none /broken; ln -s loop /loop"',
      'docker cp aa:/abs $DIR/abs',
      'docker cp -L aa:/abs $DIR/followed',
      'docker cp aa:/rel $DIR/rel',
      'docker cp aa:/rel/ $DIR/dir',
      'docker cp -L aa:/broken $DIR/broken',
      'docker cp aa:/loop $DIR/loop',
      'docker cp -L aa:/loop $DIR/loop2',
      {
        inside:
          'sh -c "cd $DIR; for f in *; do [ -L $f ] && echo $f to $(readlink $f) || stat -c \'%n %F\' $f; done"',
      },
      'docker cp $DIR/abs aa:/tmp/',
      'docker cp -L $DIR/rel aa:/tmp/',
    ],
  },
  {
    name: 'files/copy-owners',
    steps: [
      'docker run --name aa busybox sh -c "echo x > /f; chown 7:8 /f; chmod 640 /f; mkdir /dir; chown 9 /dir"',
      'docker cp aa:/f $DIR/plain',
      'docker cp -a aa:/f $DIR/archive',
      { inside: 'stat -c "%n %u:%g %a" $DIR/plain $DIR/archive' },
      { inside: 'chown 11:12 $DIR/plain' },
      'docker cp $DIR/plain aa:/tmp/plain',
      'docker cp -a $DIR/plain aa:/tmp/archive',
      'docker cp $DIR/plain aa:/dir/',
      'docker start -a aa',
      { inside: 'sh -c "$DOCKER cp aa:/tmp - | tar tv --numeric-owner | cut -d \' \' -f 1,2"' },
    ],
  },
  {
    name: 'files/copy-to-what-is-read-only',
    steps: [
      { file: 'f', text: 'x\n' },
      'docker run -d --name aa --read-only -v v1:/ro:ro -v v2:/rw --tmpfs /t busybox sleep 60',
      'docker cp $DIR/f aa:/f',
      'docker cp $DIR/f aa:/ro/f',
      'docker cp $DIR/f aa:/rw/f',
      'docker exec aa cat /rw/f',
      'docker cp aa:/rw/f $DIR/back',
      'docker cp aa:/etc/hostname $DIR/hostname',
    ],
  },
  {
    name: 'files/stat-by-the-api',
    steps: [
      'docker create --name aa busybox true',
      { api: 'HEAD /containers/aa/archive?path=/etc/passwd', headers: ['x-docker-container-path-stat'] },
      { api: 'HEAD /containers/aa/archive?path=/bin/sh', headers: ['x-docker-container-path-stat'] },
      { api: 'HEAD /containers/aa/archive?path=/none' },
      { api: 'HEAD /containers/nobody/archive?path=/etc' },
      { api: 'HEAD /containers/aa/archive' },
      { api: 'PUT /containers/aa/archive?path=/none', json: true },
      { api: 'PUT /containers/aa/archive', json: true },
      { api: 'PUT /containers/nobody/archive?path=/', json: true },
      { api: 'GET /containers/aa/archive?path=', json: true },
    ],
  },
  {
    name: 'files/diff-of-many-kinds',
    steps: [
      'docker run --name aa -v v1:/vol --tmpfs /t busybox sh -c "echo x > /vol/x; echo x > /t/x; mkdir -p /new/deep; ln -s aa /new/link; mkfifo /new/fifo; rm -r /etc/network 2>/dev/null; rm /etc/passwd; mkdir /etc/passwd; echo x >> /etc/group; chmod 711 /root; touch /tmp/t; rm /tmp/t"',
      { run: 'docker diff aa', unordered: true },
      { api: 'GET /containers/aa/changes', json: true, unordered: true },
      { api: 'GET /containers/nobody/changes', json: true },
    ],
  },
  {
    name: 'files/export-as-a-list',
    steps: [
      'docker run --name aa -v v1:/vol busybox sh -c "echo x > /made; rm /etc/group; ln -s made /link; echo in > /vol/in"',
      { inside: 'sh -c "$DOCKER export aa | tar t"', unordered: true },
      { inside: 'sh -c "$DOCKER export aa | tar x -O made"' },
      'docker export -o $DIR/none/x.tar aa',
      { api: 'GET /containers/nobody/export', json: true },
    ],
  },
  {
    name: 'files/commit-with-all-changes',
    steps: [
      'docker run --name aa --label base=1 busybox sh -c "echo x > /f"',
      {
        run: `docker commit -c 'ENTRYPOINT ["echo", "a b"]' -c "CMD x y" -c "ENV A=1 B=2" -c "USER 7:8" -c "VOLUME /v /w" -c "STOPSIGNAL INT" -c "ONBUILD RUN x" -c 'HEALTHCHECK --interval=5s CMD test -e /' -c "LABEL k=v \\"with blank\\"=w" -c "EXPOSE 80 53/udp" aa made:1`,
        statusOnly: true,
      },
      {
        run: 'docker image inspect made:1',
        json: true,
        pick: ['0.Config', '0.Os', '0.RepoTags'],
        drop: ['0.Config.Image', '0.Config.Hostname'],
      },
      'docker commit -c "FROM x" aa',
      'docker commit -c "COPY aa b" aa',
      'docker commit -c "RUN x" aa',
    ],
  },
  {
    name: 'files/commit-by-the-api',
    steps: [
      background,
      {
        api: 'POST /commit?container=aa&repo=by-api&tag=1&comment=c&author=me&pause=0',
        body: { Cmd: ['id'], Env: ['X=1'] },
        json: true,
      },
      {
        run: 'docker image inspect by-api:1',
        json: true,
        pick: ['0.Config.Cmd', '0.Config.Env', '0.Author', '0.Comment'],
      },
      { api: 'POST /commit?container=nobody', json: true },
      { api: 'POST /commit', json: true },
      { api: 'POST /commit?container=aa&repo=UPPER', json: true },
      { api: 'POST /commit?container=aa&changes=NONSENSE', json: true },
      'docker run --rm by-api:1',
    ],
  },
];
