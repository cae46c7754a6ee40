/** Joins a client's connection and a stream of the engine until both are done. */
import type { Duplex } from 'node:stream';

/** How long a client may keep its half of the connection open after the engine's stream has ended. */
const lingerMs = 10_000;

export interface Joined {
  /** The client's connection is closed, for whatever reason. */
  readonly closed: Promise<void>;
}

/**
 * Bytes flow both ways under backpressure. End of input from the client ends the stream's input and nothing else; the
 * end of the stream ends the connection after the last byte. A client that is gone destroys the stream; a stream that
 * fails cuts the connection.
 * @param input false: what the client sends, its end too, is read and dropped
 */
export function joinStreams(client: Duplex, stream: Duplex, input: boolean): Joined {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let linger: NodeJS.Timeout | undefined;
  client.once('close', () => {
    clearTimeout(linger);
    stream.destroy();
    resolve();
  });
  client.on('error', () => client.destroy());
  stream.on('error', () => client.destroy());
  stream.once('end', () => {
    // What the client still sends has no reader any more. It is read all the same: closing a connection with unread
    // bytes resets it, and the client could lose the end of the output.
    client.unpipe(stream);
    client.resume();
    linger = setTimeout(() => client.destroy(), lingerMs);
    linger.unref();
  });
  stream.once('close', () => {
    if (!stream.readableEnded) client.destroy();
  });
  if (input) client.pipe(stream);
  else client.resume();
  stream.pipe(client);
  if (client.destroyed) client.emit('close');
  return { closed };
}
