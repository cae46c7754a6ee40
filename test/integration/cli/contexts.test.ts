/**
 * A life with contexts, lived by Docker's client and by ours, each with settings of its own: what is printed must be the
 * same, and each must be able to read what the other wrote.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { type CommandResult, command, must } from '../../harness/command.ts';
import { MODERN_CLIENT } from '../../harness/engine/daemon.ts';
import { provide } from '../../harness/engine/start.ts';
import { words } from '../../harness/words.ts';

const OURS = process.env.MINKE_CLI ?? resolve(import.meta.dirname, '../../../bin/minke');

await provide('docker28').catch(() => undefined);
const skip = existsSync(MODERN_CLIENT) ? false : "Docker's client is not to be had here";

/** `$PEM` is a folder with TLS files, `$DIR` one for what is written. */
const life: readonly string[] = [
  'docker context ls',
  'docker context create far --description "a far one" --docker host=tcp://far.example:2376,ca=$PEM/ca.pem,cert=$PEM/cert.pem,key=$PEM/key.pem',
  'docker context create near --docker host=unix:///run/near.sock',
  'docker context create far',
  'docker context create far2 --docker host=tcp://h:1,ca=$PEM/broken.pem',
  'docker context create far2 --docker host=tcp://h:1,ca=$PEM/missing.pem',
  'docker context create bad/name --docker host=unix:///x',
  'docker context create odd --docker host=nonsense',
  'docker context create none --docker nonsense=1',
  'docker context create shell --docker host=ssh://me@host:2222/run/docker.sock',
  'docker context create loose --docker host=tcp://h:1,skip-tls-verify=true',
  'docker context create copy --from far --description copied',
  'docker context create copy2 --from nowhere',
  'docker context ls',
  'docker context ls -q',
  'docker context ls --format json',
  'docker context ls --format "table {{.Name}}\\t{{.DockerEndpoint}}"',
  'docker context inspect far near copy',
  'docker context inspect -f "{{.Name}} {{.Endpoints.docker.Host}} {{.Endpoints.docker.SkipTLSVerify}}" far loose shell',
  'docker context inspect -f "{{json .TLSMaterial}}" far copy near',
  'docker context inspect nowhere',
  'docker context use near',
  'docker context show',
  'docker context ls --format "{{.Name}} {{.Current}}"',
  'docker context use nowhere',
  'docker context update near --description changed --docker host=unix:///run/other.sock',
  'docker context update nowhere --description x',
  'docker context export far $DIR/far.tar',
  'docker context export far $DIR/far.tar',
  'docker context import again $DIR/far.tar',
  'docker context import again $DIR/far.tar',
  'docker context inspect -f "{{.Endpoints.docker.Host}} {{json .TLSMaterial}}" again',
  'docker context rm near',
  'docker context rm again nowhere',
  'docker context rm -f near nowhere',
  'docker context show',
  'docker context use default',
  'docker context rm default',
  'docker -c far context show',
  'docker -c nowhere context ls',
  'docker --context far -H unix:///x ps',
];

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minke-contexts-'));
  await mkdir(join(folder, 'pem'));
  await mkdir(join(folder, 'bin'));
  await symlink(OURS, join(folder, 'bin/docker'));
  const pem = (name: string) => join(folder, 'pem', `${name}.pem`);
  const request = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ];
  await must(['openssl', ...request, '-subj', '/CN=far', '-keyout', pem('key'), '-out', pem('cert')]);
  await copyFile(pem('cert'), pem('ca'));
  await writeFile(pem('broken'), 'no certificate');
});
after(() => rm(folder, { recursive: true, force: true }));

/** A client with settings and a folder of its own. */
async function person(name: string, program: string) {
  const own = join(folder, name);
  await mkdir(join(own, 'config'), { recursive: true });
  const env = { PATH: process.env.PATH, HOME: own, DOCKER_CONFIG: join(own, 'config') };
  return {
    config: join(own, 'config'),
    types: async (line: string): Promise<CommandResult> => {
      const filled = line.replaceAll('$PEM', join(folder, 'pem')).replaceAll('$DIR', own);
      return command([program, ...words(filled).slice(1)], { env, cwd: own });
    },
    /** What is its own in a text is called the same for both. */
    plain: (text: string): string => text.replaceAll(own, '<own>'),
  };
}

test('the same words, the same answers', { skip }, async (t) => {
  const theirs = await person('docker', MODERN_CLIENT);
  const ours = await person('minke', join(folder, 'bin/docker'));
  for (const line of life)
    await t.test(line, async () => {
      const [left, right] = [await theirs.types(line), await ours.types(line)];
      const answer = (who: typeof ours, { code, stdout, stderr }: CommandResult) => ({
        code,
        stdout: who.plain(stdout),
        stderr: who.plain(stderr),
      });
      assert.deepEqual(answer(ours, right), answer(theirs, left));
    });
});

test('each reads what the other wrote', { skip }, async () => {
  const writer = await person('writer', join(folder, 'bin/docker'));
  await writer.types('docker context create far --docker host=tcp://far.example:2376,ca=$PEM/ca.pem');
  await writer.types('docker context use far');
  const env = { PATH: process.env.PATH, HOME: folder, DOCKER_CONFIG: writer.config };
  const format = '{{.Name}} {{.Current}} {{.DockerEndpoint}}';
  const listed = await command([MODERN_CLIENT, 'context', 'ls', '--format', format], { env });
  assert.match(listed.stdout, /^far true tcp:\/\/far\.example:2376$/m);
  const made = await command(
    [MODERN_CLIENT, 'context', 'create', 'theirs', '--docker', 'host=ssh://me@host'],
    { env },
  );
  assert.equal(made.code, 0, made.stderr);
  const seen = await writer.types(`docker context ls --format "${format}"`);
  assert.match(seen.stdout, /^theirs false ssh:\/\/me@host$/m);
});
