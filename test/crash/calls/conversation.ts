/** One conversation through a published port: it says a number every few milliseconds, also while something dies. */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { DatagramEcho, type Echo, StreamEcho } from './echo.ts';

export interface Peer {
  readonly proto: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  /** Who is to answer. */
  readonly name: string;
}

export interface Conversation {
  /** Why it ended; undefined while it goes on. Datagrams go on for ever. */
  ended(): string | undefined;
  readonly echo: Echo;
  close(): void;
}

/** Milliseconds from one number to the next. */
const PACE = 20;

function overTcp({ address, port, name }: Peer): Conversation {
  const echo = new StreamEcho(name);
  let ended: string | undefined;
  const socket = connect({ host: address, port, noDelay: true });
  const timer = setInterval(() => {
    // A container that is frozen reads nothing: what waits need not grow.
    if (socket.readyState === 'open' && !socket.writableNeedDrain) socket.write(echo.next());
  }, PACE);
  socket.on('data', (bytes: Buffer) => echo.hear(bytes.toString('latin1')));
  socket.on('error', (error) => {
    ended = error.message;
  });
  socket.on('close', () => {
    ended ??= 'closed by the other side';
    clearInterval(timer);
  });
  return { ended: () => ended, echo, close: () => socket.destroy() };
}

function overUdp({ address, port, name }: Peer): Conversation {
  const echo = new DatagramEcho(name);
  const socket = createSocket('udp4');
  let open = true;
  let timer: NodeJS.Timeout | undefined;
  // Where nobody listens for a moment the kernel says so; the next number may arrive.
  socket.on('error', () => {});
  socket.on('message', (bytes) => echo.hear(bytes.toString('latin1')));
  socket.connect(port, address, () => {
    if (open) timer = setInterval(() => socket.send(echo.next(), () => {}), PACE);
  });
  return {
    ended: () => undefined,
    echo,
    close() {
      open = false;
      clearInterval(timer);
      socket.close();
    },
  };
}

export const converse = (peer: Peer): Conversation => (peer.proto === 'tcp' ? overTcp(peer) : overUdp(peer));

/** `answers`: something that was said from now on came back. */
export type Finding = 'answers' | 'ended' | 'silent' | `fault: ${string}`;

export const stateOf = ({ echo, ended }: Conversation): Finding | undefined => {
  if (echo.fault !== undefined) return `fault: ${echo.fault}`;
  return ended() === undefined ? undefined : 'ended';
};

/** Waits until it answers or has ended; `silent` after `limit` ms. */
export async function finding(conversation: Conversation, limit: number): Promise<Finding> {
  const end = performance.now() + limit;
  const { said } = conversation.echo;
  for (;;) {
    const state = stateOf(conversation);
    if (state !== undefined) return state;
    if (conversation.echo.heard > said) return 'answers';
    if (performance.now() > end) return 'silent';
    await pause(PACE);
  }
}
