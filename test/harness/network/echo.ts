/**
 * Servers that repeat what they are sent, and who speaks to them, as a program for other network namespaces.
 * `serve PROTO PORT…`: repeats what comes to these ports, by either IP version; writes `listening` when it does.
 * `talk PROTO ADDRESS PORT`: keeps one connection (UDP: one port of its own), sends each line, writes what comes back.
 * `exchange PID CONTAINER_PORT ADDRESS PORT`: serves UDP in the namespace of a process, writes what comes back by that
 * address; exit status 1 where nothing does within a minute.
 * PROTO is `tcp` or `udp`; the latter says a word again until it hears it, as packets may be lost.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const again = 200;
const patience = 60_000;
const self = fileURLToPath(import.meta.url);

/** The program's command line, in the network namespace of a process. */
export const echoIn = (pid: string | number, ...args: readonly string[]): readonly [string, ...string[]] => [
  'nsenter',
  `--net=/proc/${pid}/ns/net`,
  process.execPath,
  self,
  ...args,
];

/** The same where the caller is. */
export const echoHere = (...args: readonly string[]): readonly [string, ...string[]] => [
  process.execPath,
  self,
  ...args,
];

/** Resolves when a server that was started this way listens. */
export async function listening(child: ChildProcess): Promise<void> {
  let said = '';
  for await (const bytes of child.stdout ?? []) {
    said += String(bytes);
    if (said.includes('listening')) return;
  }
  throw new Error('the server ended before it listened');
}

async function serve(proto: string, ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    if (proto === 'tcp') {
      await once(
        createServer((socket) => socket.pipe(socket).on('error', () => {})).listen(port, '::'),
        'listening',
      );
      continue;
    }
    const socket = createSocket('udp6');
    socket.on('message', (bytes, peer) => socket.send(bytes, peer.port, peer.address));
    socket.bind(port);
    await once(socket, 'listening');
  }
  console.log('listening');
}

/** Says a word until something comes back; answers that. */
function datagrams(address: string, port: number, hear: (text: string) => void): (word: string) => void {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.connect(port, address);
  const connected = once(socket, 'connect');
  let saying: NodeJS.Timeout | undefined;
  socket.on('error', () => {});
  socket.on('message', (bytes) => {
    clearInterval(saying);
    hear(bytes.toString());
  });
  return (word) => {
    const say = (): void => socket.send(word);
    void connected.then(say);
    saying = setInterval(say, again);
  };
}

function talk(proto: string, address: string, port: number): void {
  const hear = (text: string): void => console.log(text);
  const lines = createInterface({ input: process.stdin });
  if (proto === 'udp') lines.on('line', datagrams(address, port, hear));
  else {
    const socket = connect(port, address);
    socket.on('data', (bytes) => hear(bytes.toString()));
    lines.on('line', (line) => socket.write(line));
  }
}

async function exchange(pid: string, inner: string, address: string, port: number): Promise<void> {
  const [program, ...args] = echoIn(pid, 'serve', 'udp', inner);
  const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const end = (code: number): void => {
    server.kill('SIGKILL');
    process.exit(code);
  };
  await listening(server);
  setTimeout(() => end(1), patience);
  datagrams(address, port, (text) => {
    console.log(text);
    end(0);
  })('echo');
}

if (import.meta.main) {
  const [mode, first = '', second = '', third = '', fourth] = process.argv.slice(2);
  if (mode === 'serve') await serve(first, process.argv.slice(4).map(Number));
  else if (mode === 'talk') talk(first, second, Number(third));
  else if (mode === 'exchange') await exchange(first, second, third, Number(fourth));
}
