/** A daemon that plays back recorded answers, and can say what it was asked. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. `@ago:N` stands for N seconds before now, as a number. */
  readonly json?: unknown;
  readonly text?: string;
  readonly base64?: string;
}

/** `GET /containers/json` and the like, without version; a query makes an answer more particular. */
export type Routes = Readonly<Record<string, Answer>>;

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface FakeDaemon {
  readonly asked: Asked[];
  readonly server: Server;
  close(): Promise<void>;
}

const ago = (source: string): string =>
  source.replace(/"@ago:(\d+)"/g, (_whole, seconds: string) =>
    String(Math.floor(Date.now() / 1000) - Number(seconds)),
  );

function send(response: ServerResponse, answer: Answer): void {
  const body =
    answer.base64 !== undefined
      ? Buffer.from(answer.base64, 'base64')
      : Buffer.from(
          answer.text ?? (answer.json === undefined ? '' : `${ago(JSON.stringify(answer.json))}\n`),
        );
  response.writeHead(answer.status ?? 200, {
    'Content-Type': answer.type ?? 'application/json',
    ...answer.headers,
  });
  response.end(body);
}

/** Listens on a unix socket. What has no answer is 404 "page not found". */
export async function fakeDaemon(socket: string, routes: Routes, version = '1.51'): Promise<FakeDaemon> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [full = '', query] = (request.url ?? '').split('?');
      const path = full.replace(/^\/v\d+\.\d+/, '');
      const method = request.method ?? '';
      response.setHeader('Api-Version', version).setHeader('Ostype', 'linux');
      if (path === '/_ping') return response.end(method === 'HEAD' ? undefined : 'OK');
      asked.push({ method, path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
      const answer = routes[`${method} ${path}?${query}`] ?? routes[`${method} ${path}`];
      return send(response, answer ?? { status: 404, json: { message: 'page not found' } });
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    asked,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
