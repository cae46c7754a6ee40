/**
 * One end of a connection, run inside a network namespace.
 * `serve PORT NAME`: answers every request with its name, writes the client's address on standard output.
 * `get ADDRESS PORT MILLISECONDS`: writes what is answered there; exit status 1 where nobody answers in time.
 */
import { createServer, get } from 'node:http';

const [mode, ...args] = process.argv.slice(2);

if (mode === 'serve') {
  const [port, name = ''] = args;
  const server = createServer((request, response) => {
    console.log(`from ${request.socket.remoteAddress?.replace('::ffff:', '')}`);
    response.setHeader('connection', 'close');
    response.end(name);
  });
  server.listen(Number(port), '::', () => console.log('listening'));
} else {
  const [host = '', port, limit] = args;
  const timer = setTimeout(() => process.exit(1), Number(limit));
  const request = get({ host, port: Number(port), path: '/' }, (response) => {
    response.pipe(process.stdout);
    response.once('end', () => clearTimeout(timer));
  });
  request.once('error', () => process.exit(1));
}
