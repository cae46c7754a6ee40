/**
 * Holds conversations in the network namespace of an engine, where its published ports are, and tells its parent by
 * messages what became of them. It ends with its parent.
 */
import { setTimeout as pause } from 'node:timers/promises';
import * as v from 'valibot';
import { type Conversation, converse, type Finding, finding, type Peer, stateOf } from './conversation.ts';

const PeerSchema = v.object({
  proto: v.picklist(['tcp', 'udp']),
  address: v.string(),
  port: v.number(),
  name: v.string(),
});

/** `limit` in milliseconds. `open` tries again until it is answered; `look` waits for nothing. */
const OrderSchema = v.variant('verb', [
  v.object({ verb: v.literal('open'), key: v.string(), peer: PeerSchema, limit: v.number() }),
  v.object({ verb: v.literal('ask'), key: v.string(), limit: v.number() }),
  v.object({ verb: v.literal('look'), key: v.string() }),
  v.object({ verb: v.literal('close'), key: v.string() }),
]);
export type Order = v.InferOutput<typeof OrderSchema>;
const MessageSchema = v.object({ id: v.number(), order: OrderSchema });

/** One attempt of `open`: a program that is slow to listen is asked again by a new socket. */
const ATTEMPT = 20_000;

const conversations = new Map<string, Conversation>();

async function open(key: string, peer: Peer, limit: number): Promise<Finding> {
  const end = performance.now() + limit;
  for (;;) {
    const conversation = converse(peer);
    const found = await finding(conversation, Math.min(ATTEMPT, limit));
    if (found === 'answers') {
      conversations.set(key, conversation);
      return found;
    }
    conversation.close();
    if (found.startsWith('fault') || performance.now() > end) return found;
    await pause(50);
  }
}

async function obey(order: Order): Promise<Finding> {
  if (order.verb === 'open') return open(order.key, order.peer, order.limit);
  const conversation = conversations.get(order.key);
  if (conversation === undefined) return 'ended';
  if (order.verb === 'ask') return finding(conversation, order.limit);
  if (order.verb === 'look') return stateOf(conversation) ?? 'silent';
  conversations.delete(order.key);
  conversation.close();
  return 'ended';
}

process.on('message', async (message) => {
  const { id, order } = v.parse(MessageSchema, message);
  process.send?.({ id, found: await obey(order) });
});
process.on('disconnect', () => process.exit());
