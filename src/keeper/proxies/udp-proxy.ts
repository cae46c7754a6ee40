import { createSocket, type Socket } from 'node:dgram';
import type { ProxySpec } from '../../wire/keeper.ts';
import { addressInUse } from './address-in-use.ts';
import { type OpenProxy, sameTarget, type Target } from './contract.ts';

/** A client that is silent for so long is forgotten (Docker's userland proxy: 90 s). */
const silence = 90_000;
/** Clients at once; the one that was silent longest makes room. */
const mostClients = 1024;

interface Conversation {
  readonly socket: Socket;
  timer: NodeJS.Timeout;
}

const typeOf = (ip: string): 'udp4' | 'udp6' => (ip.includes(':') ? 'udp6' : 'udp4');

export async function openUdpProxy(spec: ProxySpec): Promise<OpenProxy> {
  const listener = createSocket({ type: typeOf(spec.hostIp), ipv6Only: spec.hostIp.includes(':') });
  const conversations = new Map<string, Conversation>();
  let target: Target = spec;

  const end = (client: string) => {
    const conversation = conversations.get(client);
    if (conversation === undefined) return;
    conversations.delete(client);
    clearTimeout(conversation.timer);
    conversation.socket.close();
  };
  const begin = (client: string, address: string, port: number): Conversation => {
    const [oldest] = conversations.keys();
    if (conversations.size >= mostClients && oldest !== undefined) end(oldest);
    const socket = createSocket(typeOf(target.containerIp));
    const timer = setTimeout(() => end(client), silence);
    timer.unref();
    // Replies count as life too. An error is an ICMP answer: nobody listens in the container (yet).
    socket.on('message', (message) => {
      listener.send(message, port, address);
      timer.refresh();
    });
    socket.on('error', () => end(client));
    socket.connect(target.containerPort, target.containerIp);
    return { socket, timer };
  };

  listener.on('message', (message, { address, port }) => {
    const client = `${address} ${port}`;
    const conversation = conversations.get(client) ?? begin(client, address, port);
    // Put last again: the order in the map is that of silence.
    conversations.delete(client);
    conversations.set(client, conversation);
    conversation.timer.refresh();
    if (connected(conversation.socket)) conversation.socket.send(message);
    else conversation.socket.once('connect', () => conversation.socket.send(message));
  });

  await new Promise<void>((resolve, reject) => {
    listener.once('error', (error) => reject(addressInUse(spec, error)));
    listener.bind({ address: spec.hostIp, port: spec.hostPort, exclusive: true }, resolve);
  });
  listener.on('error', () => {});
  const endAll = (): void => {
    for (const client of [...conversations.keys()]) end(client);
  };
  return {
    async leadTo(next) {
      if (!sameTarget(target, next)) endAll();
      target = next;
    },
    async close() {
      listener.close();
      endAll();
    },
  };
}

function connected(socket: Socket): boolean {
  try {
    socket.remoteAddress();
    return true;
  } catch {
    return false;
  }
}
