/**
 * Certificates: what Docker refuses we refuse, in the same words; what `insecure-registries` and certs.d allow; and a
 * registry of ours that lets nobody in without a certificate of its own authority.
 */
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { must } from '../../harness/command.ts';
import type { Engine } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { busyboxTar, loadBusybox } from '../../harness/images/busybox.ts';
import { listenInside } from '../../harness/network/listen-inside.ts';
import { type Authority, type Certificate, makeAuthority } from '../../harness/registry/authority.ts';
import { offer } from '../../harness/registry/offer.ts';
import { startRegistryProcess } from '../../harness/registry/process.ts';
import { type StubRegistry, startStub } from '../../harness/registry/stub.ts';

const ADDRESS = '203.0.113.7';
/** Trusted by no engine. */
const STRANGE = 5441;
const GOOD = 5442;
const OTHER = 5443;
const NAMELESS = 5444;
const PAST = 5445;
/** Reached by whoever is told that it is insecure. */
const INSECURE = 5446;
const PLAIN = 5447;

let folder = '';
let trusted: Authority;
const certificates = new Map<number, Certificate | null>();

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minke-tls-'));
  trusted = await makeAuthority(join(folder, 'trusted'));
  const stranger = await makeAuthority(join(folder, 'stranger'));
  const here = `subjectAltName=IP:${ADDRESS}`;
  certificates.set(STRANGE, await stranger.issue('strange', here));
  certificates.set(GOOD, await trusted.issue('good', here));
  certificates.set(OTHER, await trusted.issue('other', 'subjectAltName=IP:203.0.113.9,DNS:r.test'));
  certificates.set(NAMELESS, await trusted.issue('nameless', ''));
  certificates.set(PAST, await trusted.issue('past', here, { days: -1 }));
  certificates.set(INSECURE, await stranger.issue('insecure', ''));
  certificates.set(PLAIN, null);
});
after(() => rm(folder, { recursive: true, force: true }));

/** What an engine says of a pull from each. Both engines trust what the system is said to trust. */
async function verdicts(name: 'minke' | 'docker28'): Promise<Map<number, string>> {
  const engine = await startEngine(name, {
    env: { SSL_CERT_FILE: trusted.ca, SSL_CERT_DIR: folder },
    flags: [`--insecure-registry=${ADDRESS}:${INSECURE}`],
  });
  const stubs: StubRegistry[] = [];
  const said = new Map<number, string>();
  try {
    await must(['ip', '-n', engine.netns, 'addr', 'add', `${ADDRESS}/32`, 'dev', 'lo']);
    for (const [port, certificate] of certificates) {
      const socket = await listenInside(engine.netns, ADDRESS, port);
      const tls = certificate && {
        cert: await readFile(certificate.cert, 'utf8'),
        key: await readFile(certificate.key, 'utf8'),
      };
      const stub = await startStub({ socket, ...(tls === null ? {} : { tls }) });
      stubs.push(stub);
      await offer(stub, 'app', '1', [1000]);
      const { code, stderr } = await engine.docker(['pull', '-q', `${stub.host}/app:1`]);
      // Which dates it has is Docker's to add.
      said.set(port, code === 0 ? 'pulled' : stderr.trim().replace(/: current time \S+ is after \S+$/, ''));
    }
    return said;
  } finally {
    for (const stub of stubs) await stub[Symbol.asyncDispose]();
    assert.deepEqual(await engine.stop(), []);
  }
}

test('certificates are judged as by Docker, in its words', async () => {
  const ours = await verdicts('minke');
  const theirs = await verdicts('docker28');
  assert.deepEqual(Object.fromEntries(ours), Object.fromEntries(theirs));
  assert.equal(ours.get(GOOD), 'pulled');
  assert.equal(ours.get(INSECURE), 'pulled');
  assert.match(ours.get(STRANGE) ?? '', /x509: certificate signed by unknown authority/);
  assert.match(ours.get(OTHER) ?? '', /x509: certificate is valid for 203\.0\.113\.9, not 203\.0\.113\.7/);
  assert.match(ours.get(NAMELESS) ?? '', /doesn't contain any IP SANs/);
  assert.match(ours.get(PAST) ?? '', /certificate has expired or is not yet valid/);
  assert.match(ours.get(PLAIN) ?? '', /server gave HTTP response to HTTPS client/);
});

test('a registry of ours with clientCa: in with a certificate of that authority, and not without', async () => {
  const certs = join(folder, 'certs.d');
  const mine = join(certs, `${ADDRESS}:5000`);
  await mkdir(mine, { recursive: true });
  const engine: Engine = await startEngine('minke', { flags: [`--registry-certs-dir=${certs}`] });
  try {
    await must(['ip', '-n', engine.netns, 'addr', 'add', `${ADDRESS}/32`, 'dev', 'lo']);
    const server = await trusted.issue('registry', `subjectAltName=IP:${ADDRESS}`);
    const client = await trusted.issue('client', 'extendedKeyUsage=clientAuth');
    const foreign = await (await makeAuthority(join(folder, 'foreign'))).issue('client', '');
    const registry = await startRegistryProcess({
      root: join(folder, 'registry'),
      listen: `${ADDRESS}:5000`,
      behind: ['nsenter', `--net=/run/netns/${engine.netns}`],
      config: { tls: { certificate: server.cert, key: server.key, clientCa: trusted.ca } },
    });
    try {
      const curl = (...flags: string[]) =>
        engine.inside([
          'curl',
          '-sS',
          '--cacert',
          trusted.ca,
          ...flags,
          `https://${ADDRESS}:5000/v2/_catalog`,
        ]);
      const withKey = ({ cert, key }: Certificate) => ['--cert', cert, '--key', key];
      const [none, strange] = [await curl(), await curl(...withKey(foreign))];
      for (const { code, stdout } of [none, strange]) assert.deepEqual([code === 0, stdout], [false, '']);
      assert.deepEqual(JSON.parse((await curl(...withKey(client))).stdout), { repositories: [] });

      const copy = (folder: string) =>
        engine.inside([
          ...['skopeo', '--insecure-policy', 'copy', '-q', `--dest-cert-dir=${folder}`],
          ...[`docker-archive:${archive}:busybox:latest`, `docker://${ADDRESS}:5000/skopeo/box:1`],
        ]);
      const archive = await busyboxTar();
      await copyFile(trusted.ca, join(mine, 'ca.crt'));
      assert.notEqual((await copy(mine)).code, 0);

      await loadBusybox(engine);
      const image = `${ADDRESS}:5000/team/box:1`;
      await engine.docker(['tag', 'busybox', image]);
      const push = () => engine.docker(['push', '-q', image]);
      const shut = await push();
      assert.notEqual(shut.code, 0);
      // Who is still sending when the door is shut may not hear why.
      assert.match(shut.stderr, /remote error: tls: certificate required|EOF/);

      await copyFile(client.cert, join(mine, 'client.cert'));
      await copyFile(client.key, join(mine, 'client.key'));
      assert.equal((await copy(mine)).code, 0);
      const open = await push();
      assert.equal(open.code, 0, open.stderr);
      await engine.docker(['rmi', image]);
      for (const name of [image, `${ADDRESS}:5000/skopeo/box:1`]) {
        const pulled = await engine.docker(['pull', '-q', name]);
        assert.equal(pulled.code, 0, pulled.stderr);
      }
    } finally {
      await registry.end();
    }
  } finally {
    assert.deepEqual(await engine.stop(), []);
  }
});
