/** The network thread: entry file of a worker. Ends itself when it can't come back to its own namespace. */
import { parentPort } from 'node:worker_threads';
import { messageOf, systemCode } from '../../errors/minke-error.ts';
import { HomeNamespace, listNamespaces } from './namespace.ts';
import { Performer } from './perform.ts';
import type { Answer, CallName, Calls, Order } from './protocol.ts';

const port = parentPort;
if (port === null) throw new Error('this file is the entry of a worker thread');

const performer = new Performer(
  new HomeNamespace((error) => {
    console.error(`network thread: lost its own namespace: ${messageOf(error)}`);
    process.exit(1);
  }),
);

function answer(order: Order): Calls[CallName]['give'] {
  switch (order.call) {
    case 'run':
      performer.run(order.take);
      return undefined;
    case 'state':
      return performer.state(order.take);
    case 'supports':
      return performer.supports(order.take);
    case 'sysctl':
      return performer.sysctl(order.take.namespace, order.take.key);
    case 'filterGeneration':
      return performer.filterGeneration();
    case 'namespaces':
      return listNamespaces(order.take);
  }
}

port.on('message', (order: Order) => {
  let reply: Answer;
  try {
    reply = { id: order.id, give: answer(order) };
  } catch (error) {
    reply = { id: order.id, failure: { message: messageOf(error), code: systemCode(error) ?? '' } };
  }
  port.postMessage(reply);
});
