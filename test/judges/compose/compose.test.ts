import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { command } from '../../harness/command.ts';
import { until } from '../../harness/until.ts';
import { aProject } from './project.ts';

const shop = `
version: "3.8"
services:
  web:
    image: busybox
    init: true
    command: sh -c 'mkdir -p /www; echo $$GREETING > /www/index.html; echo serving; exec httpd -f -p 80 -h /www'
    environment:
      GREETING: composed
    ports:
      - "80"
    networks:
      - front
      - back
    volumes:
      - data:/data
      - ./bound:/bound:ro
    depends_on:
      - store
    labels:
      tier: web
  store:
    image: busybox
    init: true
    command: sh -c 'echo kept > /data/kept; echo stored; sleep 300'
    networks:
      back:
        aliases:
          - database
    volumes:
      - data:/data
volumes:
  data:
    labels:
      made: judged
networks:
  front:
  back:
    ipam:
      config:
        - subnet: 10.89.11.0/24
`;

const docker = async (...args: string[]): Promise<string> =>
  (await command(['docker', ...args])).stdout.trim();

test('up, ps, logs, exec, port, top, down: two services with a network, a volume and an order', async (t) => {
  const project = await aProject(t, shop);
  await writeFile(join(project.folder, 'bound'), 'from the host\n');
  await project.compose('up -d');
  const ids = (await project.output('ps -q')).split('\n');
  assert.equal(ids.length, 2);
  assert.match(await project.output('ps'), /web/);
  await project.waits('exec -T web wget -q -O - http://localhost/', /^composed$/m);
  assert.equal(await project.output('exec -T store wget -q -O - http://web/'), 'composed');
  assert.match(await project.output('exec -T web nslookup database'), /10\.89\.11\.\d+/);
  await project.waits('logs store', /stored/);
  assert.equal(await project.output('exec -T web cat /data/kept /bound'), 'kept\nfrom the host');
  await project.waits('logs web', /serving/);
  const [, port] = /:(\d+)$/.exec(await project.output('port web 80')) ?? [];
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  assert.equal(await answer.text(), 'composed\n');
  assert.match(await project.output('top'), /httpd -f/);
  assert.match(await project.output('images'), /busybox/);
  const failed = await project.tries('exec -T web sh -c "exit 5"');
  assert.equal(failed.code, 5);
  assert.match(await docker('volume', 'ls', '--filter', 'label=made=judged'), /data/);
  await project.compose('down --volumes --timeout 0');
  const mine = ['--filter', `label=com.docker.compose.project=${project.name}`, '--quiet'];
  assert.equal(await docker('ps', '--all', ...mine), '');
  assert.equal(await docker('network', 'ls', ...mine), '');
  assert.equal(await docker('volume', 'ls', ...mine), '');
});

test('what has not changed stays, what has changed is made anew', async (t) => {
  const project = await aProject(t, shop);
  await writeFile(join(project.folder, 'bound'), 'x');
  await project.compose('up -d');
  const before = [await project.output('ps -q web'), await project.output('ps -q store')];
  await project.compose('up -d');
  assert.deepEqual([await project.output('ps -q web'), await project.output('ps -q store')], before);
  await project.writes(shop.replace('GREETING: composed', 'GREETING: changed'));
  // Compose 1 asks for what no Docker tells since 25 when it makes one anew; its users remove the old one first.
  if (project.old) await project.compose('rm --stop --force web');
  await project.compose('up -d --timeout 0');
  assert.notEqual(await project.output('ps -q web'), before[0]);
  assert.equal(await project.output('ps -q store'), before[1]);
  await project.waits('exec -T web wget -q -O - http://localhost/', /^changed$/m);
  assert.equal(await project.output('exec -T web cat /data/kept'), 'kept');
});

test('stop, start, restart, kill, pause, rm', async (t) => {
  const project = await aProject(t, shop);
  await writeFile(join(project.folder, 'bound'), 'x');
  await project.compose('up -d');
  const id = await project.output('ps -q web');
  const status = () => docker('inspect', '--format', '{{.State.Status}}', id);
  await project.compose('stop --timeout 0 web');
  assert.equal(await status(), 'exited');
  await project.compose('start web');
  assert.equal(await status(), 'running');
  await project.compose('restart --timeout 0 web');
  assert.equal(await status(), 'running');
  await project.compose('pause web');
  assert.equal(await status(), 'paused');
  await project.compose('unpause web');
  await project.compose('kill web');
  await until('the end', async () => (await status()) === 'exited');
  await project.compose('rm -f web');
  assert.equal((await docker('ps', '--all', '--quiet', '--no-trunc')).includes(id), false);
});

test('scale, and one-off runs', async (t) => {
  const project = await aProject(t, shop);
  await writeFile(join(project.folder, 'bound'), 'x');
  await project.compose('up -d --scale web=3');
  assert.equal((await project.output('ps -q web')).split('\n').length, 3);
  await project.waits('exec -T --index 2 web wget -q -O - http://localhost/', /^composed$/m);
  await project.compose('up -d --scale web=1 --timeout 0');
  assert.equal((await project.output('ps -q web')).split('\n').length, 1);
  assert.match(
    await project.output('run --rm -T -e WHAT=once store sh -c "cat /data/kept; echo $WHAT$$"'),
    /kept/,
  );
  const failed = await project.tries('run --rm -T store sh -c "exit 6"');
  assert.equal(failed.code, 6);
});

test('health decides who starts when', async (t) => {
  const project = await aProject(
    t,
    `
services:
  slow:
    image: busybox
    init: true
    command: sh -c 'sleep 1; touch /ok; sleep 300'
    healthcheck:
      test: ["CMD", "test", "-e", "/ok"]
      interval: 200ms
      timeout: 2s
      retries: 50
  once:
    image: busybox
    command: sh -c 'echo prepared'
  user:
    image: busybox
    init: true
    command: sh -c 'echo started; sleep 300'
    depends_on:
      slow:
        condition: service_healthy
      once:
        condition: service_completed_successfully
`,
  );
  await project.compose('up -d');
  const slow = await project.output('ps -q slow');
  assert.equal(await docker('inspect', '--format', '{{.State.Health.Status}}', slow), 'healthy');
  await project.waits('logs user', /started/);
});

test('up in the foreground ends with the service that is waited for', async (t) => {
  const project = await aProject(
    t,
    `
services:
  job:
    image: busybox
    command: sh -c 'echo working; exit 7'
  side:
    image: busybox
    init: true
    command: sleep 300
`,
  );
  const result = await project.tries('up --exit-code-from job --timeout 0');
  assert.equal(result.code, 7, result.stdout + result.stderr);
  assert.match(result.stdout, /working/);
});

test('settings of a service reach its container', async (t) => {
  const project = await aProject(
    t,
    `
version: "2.4"
services:
  one:
    image: busybox
    init: true
    command: sleep 300
    hostname: named
    user: nobody
    working_dir: /tmp
    read_only: true
    tmpfs: ["/run"]
    cap_drop: [ALL]
    mem_limit: 64m
    pids_limit: 30
    extra_hosts: ["other:10.1.2.3"]
    dns: 10.9.9.9
    ulimits:
      nofile: {soft: 70, hard: 80}
    sysctls:
      net.core.somaxconn: "99"
    logging:
      driver: json-file
      options: {max-size: 1m}
    stop_grace_period: 0s
    restart: on-failure
`,
  );
  await project.compose('up -d');
  const script = 'hostname; id -un; pwd; ulimit -n; cat /proc/sys/net/core/somaxconn; grep other /etc/hosts';
  assert.match(
    await project.output(`exec -T one sh -c "${script}"`),
    /^named\nnobody\n\/tmp\n70\n99\n10\.1\.2\.3\s+other$/,
  );
});

test('mistakes are told', async (t) => {
  const project = await aProject(t, 'services:\n  one:\n    image: busybox\n    command: /no/such/program\n');
  const result = await project.tries('up -d');
  assert.notEqual(result.code, 0);
  assert.match(result.stdout + result.stderr, /no such file or directory/);
});
