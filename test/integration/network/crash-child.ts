/**
 * `crash-child ROOT CONTAINER`: a service on the root of another one, whose container it connects to networks and
 * disconnects from them until it is killed.
 */
import { TestEngine } from './engine.ts';

const [root = '', container = ''] = process.argv.slice(2);
const engine = await TestEngine.at(root, [container]);
console.log('ready');
for (;;) {
  for (const network of ['one', 'lan', 'two']) {
    const wish = { network, aliases: [], links: [], driverOpts: {}, gwPriority: 0 };
    await engine.service.connect(container, 'x', wish);
  }
  for (const network of ['lan', 'one', 'two']) await engine.service.disconnect(container, network);
}
