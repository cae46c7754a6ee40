/** A socket of another network namespace that this process serves: whoever lies there is told how by the test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Server } from 'node:net';

const program = `
  const [address, port] = process.argv.slice(1);
  const server = require('node:net').createServer();
  server.once('error', (error) => { console.error(error.message); process.exit(1); });
  server.listen(Number(port), address, () => process.send('listening', server));
`;

/**
 * Listens in a network namespace. Answers a server that serves nothing: give it to another one's `listen`.
 * @param netns name, as `ip netns` knows it
 */
export async function listenInside(netns: string, address: string, port: number): Promise<Server> {
  const child = spawn(
    'nsenter',
    [`--net=/run/netns/${netns}`, process.execPath, '-e', program, address, String(port)],
    { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
  );
  let said = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  const ended = once(child, 'exit');
  const handle = await new Promise<unknown>((resolve, reject) => {
    child.once('error', reject);
    child.once('message', (_, sent) => resolve(sent));
    child.once('exit', () => reject(new Error(`no listener at ${address}:${port} in ${netns}: ${said}`)));
  });
  // The socket is here by now; whoever opened it is needed no longer.
  child.kill('SIGKILL');
  await ended;
  if (!(handle instanceof Server)) throw new Error('no socket came');
  return handle;
}
