/**
 * Debian's skopeo 1.9 asks for API 1.22, which no Docker serves since 25. It is newer than that: told 1.24 in its
 * place, Docker and ours answer it what it understands.
 */
import { createServer, request } from 'node:http';
import { pipeline } from 'node:stream';

/** Listens at the path and passes every request on to the engine. Answers how to end it. */
export async function goBetween(path: string, engine: string): Promise<() => void> {
  const server = createServer((req, res) => {
    const { method, headers, url = '' } = req;
    const onward = request(
      { socketPath: engine, method, headers, path: url.replace(/^\/v1\.22\//, '/v1.24/'), agent: false },
      (answer) => {
        res.writeHead(answer.statusCode ?? 500, answer.headers);
        pipeline(answer, res, () => {});
      },
    );
    onward.once('error', () => res.destroy());
    pipeline(req, onward, () => {});
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return () => {
    server.close();
    server.closeAllConnections();
  };
}
