import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  absent,
  after,
  countingFault,
  endsCall,
  KINDS,
  marked,
  newContainer,
  perhapsStruck,
  presence,
  shortFault,
  sinceSeen,
  struck,
} from './model.ts';
import { random } from './random.ts';

const counter = newContainer({
  name: 'c',
  born: 1,
  program: { kind: 'counter' },
  autoRemove: false,
  volume: '',
  serves: false,
  networks: ['bridge'],
});
const once = { least: 1, most: 1 };

test('what was answered is so, what was cut off may be', () => {
  const created = after(counter, 'create', 'done');
  assert.deepEqual([...created.may], ['created']);
  assert.deepEqual([...after(counter, 'create', 'cut').may], ['absent', 'created']);
  assert.deepEqual([...after(counter, 'create', 'refused').may], ['absent']);
  const running = after(created, 'start', 'done');
  assert.deepEqual(running.starts, once);
  const stopped = after(running, 'stop', 'cut');
  assert.deepEqual([...stopped.may].sort(), ['exited', 'running']);
  assert.deepEqual(stopped.codes, new Set([5, 137]));
});

test('a removal that was cut off may have killed and gone no further', () => {
  const running = after(after(counter, 'create', 'done'), 'start', 'done');
  assert.deepEqual([...after(running, 'remove', 'cut').may].sort(), ['absent', 'exited', 'running']);
});

test('a start that was refused leaves it where it was, or ended', () => {
  const created = after(counter, 'create', 'done');
  const refused = after(created, 'start', 'refused');
  assert.deepEqual([...refused.may].sort(), ['created', 'exited']);
  assert.deepEqual(refused.starts, { least: 0, most: 1 });
});

test('a process that a stranger may have killed', () => {
  const running = after(after(counter, 'create', 'done'), 'start', 'done');
  assert.deepEqual([...struck(running, running).may].sort(), ['exited', 'running']);
  assert.equal(struck(counter, counter), counter);
});

test('volumes and marks', () => {
  assert.deepEqual([...presence(absent, 'there', 'cut')].sort(), ['absent', 'there']);
  assert.deepEqual(marked(once, 'cut'), { least: 1, most: 2 });
  assert.deepEqual(marked(once, 'refused'), once);
});

test('a counter’s log: nothing lost, nothing doubled', () => {
  assert.equal(countingFault(['0', '1', '2', 'end', '0', '1'], { least: 2, most: 2 }), undefined);
  assert.equal(countingFault([], once), undefined);
  assert.equal(countingFault(['end', '0'], { least: 2, most: 2 }), undefined);
  assert.match(countingFault(['0', 'end', 'end'], once) ?? '', /2 runs are in the log/);
  assert.match(countingFault(['0', '2'], once) ?? '', /line 2: "2" where 1 was due/);
  assert.match(countingFault(['0', '1', '1'], once) ?? '', /line 3: "1" where 2 was due/);
  assert.match(countingFault(['0', 'end', '1'], once) ?? '', /outside a run/);
  assert.match(countingFault(['0', '0'], once) ?? '', /2 runs are in the log/);
});

test('a short program’s log is whole', () => {
  assert.equal(shortFault(['line 0', 'line 1'], 2, once, 0), undefined);
  assert.match(shortFault(['line 0'], 2, once, 0) ?? '', /1 of 2 lines/);
  assert.equal(shortFault(['line 0'], 2, once, 1), undefined);
  assert.match(
    shortFault([], 2, once, 0) ?? '',
    /0 runs are in the log, 0 of them cut short, 1 were started/,
  );
  const twice = { least: 2, most: 2 };
  assert.equal(shortFault(['line 0', 'line 0', 'line 1'], 2, twice, 1), undefined);
  assert.equal(shortFault(['line 0', 'line 1'], 2, twice, 1), undefined);
  assert.match(shortFault(['line 0', 'line 1'], 2, twice, 0) ?? '', /1 runs are in the log/);
  assert.match(shortFault(['line 0'], 2, twice, 1) ?? '', /1 of them cut short, 2 were started/);
  assert.match(shortFault(['line 0', 'line 1', 'line 1'], 2, once, 0) ?? '', /"line 2" was due/);
});

test('the same seed, the same numbers; forks depend on their word alone', () => {
  const numbers = (seed: number) => {
    const source = random(seed);
    return [source.next(), source.between(1, 6), source.pick(['a', 'b', 'c'])];
  };
  assert.deepEqual(numbers(7), numbers(7));
  assert.notDeepEqual(numbers(7), numbers(8));
  const used = random(7);
  used.next();
  assert.equal(used.fork('x').next(), random(7).fork('x').next());
});

test('a start that was answered just before runtimes died may be over', () => {
  const started = after(after(counter, 'create', 'done'), 'start', 'done');
  const then = perhapsStruck(started);
  assert.deepEqual([...then.may], ['running', 'exited']);
  assert.equal(then.codes, 'any');
  assert.equal(then.struck, 1);
  const stopped = after(started, 'stop', 'done');
  assert.equal(perhapsStruck(stopped), stopped);
});

test('connections by minke-proxy end with it and with its keeper, and no others do', () => {
  const ends = (proto: 'tcp' | 'udp', way: 'filter' | 'proxy') =>
    KINDS.filter((kind) => endsCall({ proto, way }, kind));
  assert.deepEqual(ends('tcp', 'proxy'), ['keeper', 'both', 'proxy']);
  assert.deepEqual([...ends('tcp', 'filter'), ...ends('udp', 'proxy'), ...ends('udp', 'filter')], []);
});

test('marks of execs that were cut off may come after a look', () => {
  assert.deepEqual(sinceSeen({ least: 1, most: 3 }, 2), { least: 2, most: 3 });
  assert.deepEqual(sinceSeen(once, 1), once);
});

test('who was frozen when its removal was cut off may end when it thaws', () => {
  const frozen = after(after(after(counter, 'create', 'done'), 'start', 'done'), 'pause', 'done');
  const thawed = after({ ...frozen, doomed: true }, 'unpause', 'done');
  assert.deepEqual([...thawed.may], ['running', 'exited']);
  assert.equal(thawed.doomed, false);
  assert.deepEqual([...after(frozen, 'unpause', 'done').may], ['running']);
});
