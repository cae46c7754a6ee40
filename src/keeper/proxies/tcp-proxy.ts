import { connect, createServer, type Server, type Socket } from 'node:net';
import type { ProxySpec } from '../../wire/keeper.ts';
import { addressInUse } from './address-in-use.ts';
import { type OpenProxy, sameTarget, type Target } from './contract.ts';

/** Passes on in one direction; an end is passed on as one, so that the other direction goes on. */
function passOn(from: Socket, to: Socket): void {
  from.pipe(to);
  from.on('close', () => {
    if (!from.readableEnded) to.destroy();
  });
  from.on('error', () => to.destroy());
}

function serve(client: Socket, { containerIp, containerPort }: Target, open: Set<Socket>): void {
  const target = connect({
    host: containerIp,
    port: containerPort,
    allowHalfOpen: true,
    noDelay: true,
  });
  for (const socket of [client, target]) {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  }
  passOn(client, target);
  passOn(target, client);
}

export async function openTcpProxy(spec: ProxySpec): Promise<OpenProxy> {
  const open = new Set<Socket>();
  let target: Target = spec;
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (client) =>
    serve(client, target, open),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(addressInUse(spec, error)));
    server.listen({ host: spec.hostIp, port: spec.hostPort, ipv6Only: spec.hostIp.includes(':') }, resolve);
  });
  // Out of descriptors: the connection is refused, the proxy stays.
  server.on('error', () => {});
  const disconnect = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    leadTo(next) {
      if (!sameTarget(target, next)) disconnect();
      target = next;
    },
    close() {
      server.close();
      disconnect();
    },
  };
}
