import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { NetworkThread } from '../../../src/host/netns/thread.ts';
import { until } from '../../harness/until.ts';
import { inside } from './inside.ts';

/** Accepts one connection, says so, and never closes it. */
const server = `require('node:net')
  .createServer((socket) => socket.once('data', () => console.log('served')))
  .listen(80, '10.7.0.2', () => console.log('listening'))`;

async function says(child: ChildProcess, word: string): Promise<void> {
  assert.ok(child.stdout);
  const [line] = await once(child.stdout, 'data');
  assert.match(String(line), new RegExp(word));
}

if (inside(import.meta.url)) {
  describe('a namespace whose process was killed in the middle of a connection', () => {
    let folder: string;
    let stack: NetworkThread;
    let child: ChildProcess;
    let client: Socket | undefined;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'minke-netns-'));
      stack = new NetworkThread({ entry: new URL('../../../src/host/netns/worker.ts', import.meta.url) });
    });
    after(async () => {
      client?.destroy();
      child.kill('SIGKILL');
      await stack.close();
      await rm(folder, { recursive: true });
    });

    it('goes soon, and its end of the pair on the host with it', async () => {
      const namespace = join(folder, 'server');
      await stack.run([
        { do: 'add-namespace', path: namespace },
        { do: 'add-bridge', name: 'mtst0' },
        { do: 'add-address', namespace: null, link: 'mtst0', cidr: '10.7.0.1/24' },
        { do: 'set-link', namespace: null, name: 'mtst0', up: true },
        {
          do: 'add-veth',
          name: 'mtst1',
          mtu: 1500,
          peer: { namespace, name: 'eth0', mac: '02:42:0a:07:00:02', ipv6: false },
        },
        { do: 'attach-port', name: 'mtst1', bridge: 'mtst0', hairpin: false },
        { do: 'add-address', namespace, link: 'eth0', cidr: '10.7.0.2/24' },
        { do: 'set-link', namespace, name: 'eth0', up: true },
        { do: 'settle-link', name: 'mtst1' },
        { do: 'settle-link', name: 'mtst0' },
      ]);
      child = spawn('nsenter', [`--net=${namespace}`, process.execPath, '-e', server], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await says(child, 'listening');
      client = connect(80, '10.7.0.2');
      client.on('error', () => {});
      client.write('x');
      await says(child, 'served');
      // First the way out, as for a container that dies while its peer doesn't answer.
      await stack.run([{ do: 'detach-port', name: 'mtst1' }]);
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      await stack.run([{ do: 'remove-namespace', path: namespace }]);
      // The kernel by itself takes at least 100 s.
      await until(
        'the end on the host to be gone',
        async () => (await stack.state(null)).links.every(({ name }) => name !== 'mtst1'),
        { limit: 60_000 },
      );
    });
  });
}
