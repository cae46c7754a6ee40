/**
 * A program: two registries on the loopback of the network namespace that it is started in, until its input ends. One
 * is open to all (port 5000), the other asks for a name and a password (port 5001).
 */
import { createServer } from 'node:http';
import { startRegistry } from '../harness/registry/registry.ts';

const LOCKED = 5001;
const key = `Basic ${Buffer.from('somebody:secret').toString('base64')}`;

const open = await startRegistry({ listen: '127.0.0.1:5000' });
const locked = createServer((request, response) => {
  const known = request.headers.authorization === key;
  response.writeHead(known ? 200 : 401, {
    'Docker-Distribution-Api-Version': 'registry/2.0',
    ...(known ? {} : { 'WWW-Authenticate': 'Basic realm="locked"' }),
  });
  response.end('{}');
});
locked.listen(LOCKED, '127.0.0.1', () => console.log('listening'));
process.stdin.resume();
process.stdin.once('end', () => {
  locked.closeAllConnections();
  locked.close();
  void open.close();
});
