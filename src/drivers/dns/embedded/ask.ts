/** Questions passed on to other servers: from the host, or from inside a container's namespace. */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, Socket } from 'node:net';
import { answersTo, idOf, type Question, withId } from '../../../wire/dns.ts';
import type { Upstream } from '../contract.ts';
import { Frames, framed } from './frames.ts';

/** Makes a socket inside the container's namespace and hands over its descriptor. */
export type OpenInside = (transport: 'tcp' | 'udp', address: string) => number;

const port = 53;
const patience = 4000;

/**
 * Null where no answer comes, at once where the kernel knows that there will be none. The question goes out under an id
 * of its own. Rejects where no socket is to be had.
 */
export async function askUdp(
  { address, from }: Upstream,
  query: Uint8Array,
  question: Question,
  inside: OpenInside,
  wait: number = patience,
): Promise<Uint8Array | null> {
  const fd = from === 'container' ? inside('udp', address) : undefined;
  const sent = withId(query, randomInt(65536));
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  return new Promise((resolve) => {
    let ended = false;
    const end = (result: Uint8Array | null): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      socket.close();
      resolve(result);
    };
    const timer = setTimeout(() => end(null), wait);
    socket.once('error', () => end(null));
    socket.on('message', (message, peer) => {
      if (peer.port !== port || !answersTo(sent, question, message)) return;
      end(withId(message, idOf(query)));
    });
    // Without a callback Node tells nobody that there is no way to the server.
    const failed = (error: Error | null): void => {
      if (error !== null) end(null);
    };
    // Connected, the socket hears that nobody listens there.
    socket.once('connect', () => socket.send(sent, failed));
    if (fd === undefined) socket.connect(port, address);
    else socket.bind({ fd }, () => socket.send(sent, port, address, failed));
  });
}

export async function askTcp(
  { address, from }: Upstream,
  query: Uint8Array,
  question: Question,
  inside: OpenInside,
): Promise<Uint8Array | null> {
  const fd = from === 'container' ? inside('tcp', address) : undefined;
  const sent = withId(query, randomInt(65536));
  const socket =
    fd === undefined ? connect({ host: address, port }) : new Socket({ fd, readable: true, writable: true });
  return new Promise((resolve) => {
    const end = (result: Uint8Array | null): void => {
      socket.destroy();
      resolve(result);
    };
    const frames = new Frames((message) => {
      end(answersTo(sent, question, message) ? withId(message, idOf(query)) : null);
    });
    socket.setTimeout(patience, () => end(null));
    socket.once('error', () => end(null));
    socket.once('close', () => end(null));
    socket.on('data', (bytes: Buffer) => frames.push(bytes));
    socket.write(framed(sent));
  });
}
