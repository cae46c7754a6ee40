import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryLines } from '../../drivers/state/memory/memory-lines.ts';
import { silentLogger } from '../../kit/log/logger.ts';
import type { EngineEvent, EventQuery } from './contract.ts';
import { EventJournal } from './journal.ts';

const none: EventQuery['filters'] = new Map();
const SECOND = 1_000_000_000n;

function journalAt(start: bigint, options: { queue?: number; disk?: MemoryLines } = {}) {
  const clock = { now: start };
  const disk = options.disk ?? new MemoryLines();
  const journal = new EventJournal({ disk, log: silentLogger, now: () => clock.now, ...options });
  const say = (action: string, attributes: Record<string, string> = {}): void =>
    journal.publish({ type: 'container', action, id: 'c1', attributes });
  return { journal, clock, disk, say };
}

async function take(events: AsyncIterable<EngineEvent>, count: number): Promise<string[]> {
  const found: string[] = [];
  for await (const event of events) {
    found.push(event.Action);
    if (found.length === count) break;
  }
  return found;
}

const signal = (): AbortSignal => new AbortController().signal;

test('past events of a time span, then the end', async () => {
  const { journal, clock, say } = journalAt(100n * SECOND);
  for (const action of ['create', 'start', 'die']) {
    say(action);
    clock.now += SECOND;
  }
  clock.now += 10n * SECOND;
  const span = { since: 101n * SECOND, until: 102n * SECOND, filters: none };
  assert.deepEqual(await take(journal.stream(span, signal()), 9), ['start', 'die']);
  assert.equal(journal.listeners, 0);
  await journal.close();
});

test('past then live, no gap and no double, and a restart remembers', async () => {
  const first = journalAt(100n * SECOND);
  first.say('create');
  await first.journal.close();
  const { journal, say } = journalAt(200n * SECOND, { disk: first.disk });
  say('start');
  const events = journal.stream({ since: 1n, filters: none }, signal());
  assert.equal(journal.listeners, 1);
  say('die');
  say('destroy');
  assert.deepEqual(await take(events, 4), ['create', 'start', 'die', 'destroy']);
  assert.equal(journal.listeners, 0);
  await journal.close();
});

test('without a time only live events come', async () => {
  const { journal, say } = journalAt(1n);
  say('create');
  const events = journal.stream({ filters: none }, signal());
  say('start');
  assert.deepEqual(await take(events, 1), ['start']);
  await journal.close();
});

test('a slow listener reads on from disk: nothing is lost, memory is bounded', async () => {
  const { journal, say } = journalAt(1n, { queue: 3 });
  const iterator = journal.stream({ filters: new Map([['event', ['odd', 'last']]]) }, signal());
  for (let i = 0; i < 50; i++) say(i % 2 === 0 ? 'even' : 'odd');
  say('last');
  const found = await take(iterator, 26);
  assert.deepEqual(found, [...Array.from({ length: 25 }, () => 'odd'), 'last']);
  await journal.close();
});

test('abort, close and until end a stream that waits', async () => {
  const { journal, clock } = journalAt(100n * SECOND);
  const controller = new AbortController();
  const aborted = take(journal.stream({ filters: none }, controller.signal), 1);
  const timed = take(journal.stream({ until: clock.now + 5_000_000n, filters: none }, signal()), 1);
  const closed = take(journal.stream({ filters: none }, signal()), 1);
  assert.equal(journal.listeners, 3);
  controller.abort();
  assert.deepEqual(await aborted, []);
  assert.deepEqual(await timed, []);
  await journal.close();
  assert.deepEqual(await closed, []);
  assert.equal(journal.listeners, 0);
});

test('times are exact nanoseconds that tell the order; odd attribute names survive', async () => {
  const start = 1_764_000_000_123_456_789n;
  const { journal, disk, say } = journalAt(start);
  say('create', JSON.parse('{"__proto__":"p","constructor":"c","timeNano":"7"}'));
  say('start');
  const found: EngineEvent[] = [];
  for await (const event of journal.stream({ until: start + 5n, since: 0n, filters: none }, signal())) {
    found.push(event);
    if (found.length === 2) break;
  }
  assert.deepEqual(
    found.map((event) => event.timeNano),
    [start, start + 1n],
  );
  assert.equal(
    JSON.stringify(found[0]?.Actor.Attributes),
    '{"__proto__":"p","constructor":"c","timeNano":"7"}',
  );
  assert.match(disk.lines[0] ?? '', /"timeNano":1764000000123456789\}$/);
  await journal.close();
});

test('a full disk keeps no event from those who listen', async () => {
  const warnings: string[] = [];
  const disk = new MemoryLines();
  disk.append = () => {
    throw new Error('ENOSPC: no space left on device');
  };
  const log = { ...silentLogger, warn: (message: string) => warnings.push(message) };
  const journal = new EventJournal({ disk, log, now: () => 1n });
  const events = journal.stream({ filters: none }, signal());
  for (const action of ['a', 'b']) journal.publish({ type: 'image', action, id: 'i', attributes: {} });
  assert.deepEqual(await take(events, 2), ['a', 'b']);
  assert.deepEqual(warnings, ['events are not kept']);
  await journal.close();
});
