/** Client certificates (openssl makes them): only those of the authority that was named, and only for clients. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { type Api, createApi } from '../../../src/api/api.ts';
import { services } from '../../api/doubles/engine.ts';
import { pipe } from '../../api/doubles/pipe.ts';

const run = promisify(execFile);
const ends = pipe();
let folder = '';
let api: Api;
let port = 0;

const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
const file = (name: string) => readFile(join(folder, name));

async function authority(name: string): Promise<void> {
  const subject = ['-subj', `/CN=${name}`, '-days', '2', '-nodes'];
  await openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    ...subject,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.crt`,
  );
}

async function certificate(name: string, signer: string, usage: string, days = 2): Promise<void> {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await openssl('req', ...key, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
  await writeFile(join(folder, 'ext'), `extendedKeyUsage=${usage}\nsubjectAltName=IP:127.0.0.1\n`);
  const sign = ['-CA', `${signer}.crt`, '-CAkey', `${signer}.key`, '-CAcreateserial', '-extfile', 'ext'];
  await openssl('x509', '-req', '-in', `${name}.csr`, ...sign, '-days', String(days), '-out', `${name}.crt`);
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minke-tls-'));
  await authority('ours');
  await authority('other');
  await certificate('server', 'ours', 'serverAuth');
  await certificate('client', 'ours', 'clientAuth');
  await certificate('stranger', 'other', 'clientAuth');
  await certificate('server-only', 'ours', 'serverAuth');
  await certificate('expired', 'ours', 'clientAuth', -1);
  api = createApi(services({ containers: { attach: async () => ({ tty: true, stream: ends.stream }) } }));
  const [cert, key, clientCa] = await Promise.all([file('server.crt'), file('server.key'), file('ours.crt')]);
  const { server } = await api.handle({
    kind: 'tcp',
    host: '127.0.0.1',
    port: 0,
    tls: { cert, key, clientCa },
  });
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});

after(async () => {
  await api.close(0);
  await rm(folder, { recursive: true });
});

async function ping(
  name: string | null,
  more: { headers?: Record<string, string>; maxVersion?: 'TLSv1.1' } = {},
) {
  const own = name === null ? {} : { cert: await file(`${name}.crt`), key: await file(`${name}.key`) };
  const ca = await file('ours.crt');
  return new Promise<number>((resolve, reject) => {
    const call = request(
      {
        host: '127.0.0.1',
        port,
        path: '/_ping',
        ca,
        agent: false,
        checkServerIdentity: () => undefined,
        ...own,
        ...more,
      },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    call.once('error', reject);
    call.end();
  });
}

test('a client of our authority is served, by any name, but not on behalf of a web page', async () => {
  assert.equal(await ping('client'), 200);
  assert.equal(await ping('client', { headers: { Host: 'engine.example.com' } }), 200);
  assert.equal(await ping('client', { headers: { Origin: 'https://evil.test' } }), 403);
});

test('others fail in the handshake', async () => {
  // Who is still sending when the door is shut may not hear why.
  for (const name of [null, 'stranger', 'expired', 'server-only'])
    await assert.rejects(ping(name), /alert|ECONNRESET|EPIPE|socket hang up|disconnected/, String(name));
  await assert.rejects(ping('client', { maxVersion: 'TLSv1.1' }));
});

test('a stream over TLS starts with its early bytes', async () => {
  const [cert, key, ca] = await Promise.all([file('client.crt'), file('client.key'), file('ours.crt')]);
  const client = connect({ host: '127.0.0.1', port, cert, key, ca });
  client.write('POST /containers/c/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: x\r\n\r\nearly');
  const [bytes] = await once(ends.input, 'data');
  assert.equal(String(bytes), 'early');
  ends.output.end('out');
  const chunks = await client.toArray();
  assert.match(Buffer.concat(chunks).toString(), /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nout$/s);
});
