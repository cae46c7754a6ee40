/**
 * `crash-child ROOT CONTAINER connect|edit`: a service on the root of another one, whose container it connects to
 * networks and disconnects from them, or whose network it changes, until it is killed.
 */
import { TestEngine } from './engine.ts';

const [root = '', container = '', what = 'connect'] = process.argv.slice(2);
const engine = await TestEngine.at(root, [container]);
console.log('ready');

/** Each change is of everything at once, so that halves of two are seen. */
for (let mtu = 1300; what === 'edit'; mtu = mtu === 1300 ? 1400 : 1300) {
  await engine.service.edit('one', {
    labels: { mtu: String(mtu) },
    labelsRemove: [],
    attachable: mtu === 1300,
    options: {
      'com.docker.network.driver.mtu': String(mtu),
      'minke.egress': mtu === 1300 ? '10mbit' : '',
      'minke.ingress': mtu === 1300 ? '' : '20mbit',
      'minke.dns': mtu === 1300 ? '192.0.2.1' : '',
    },
  });
}
for (;;) {
  for (const network of ['one', 'lan', 'two']) {
    const wish = { network, aliases: [], links: [], driverOpts: {}, gwPriority: 0 };
    await engine.service.connect(container, wish);
  }
  for (const network of ['lan', 'one', 'two']) await engine.service.disconnect(container, network);
}
