import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sha256 } from '../../../wire/digest.ts';
import { decideGc, type GcFacts, type GcImage } from './decide.ts';
import type { GcRules } from './rules.ts';

const id = (name: string) => sha256(name);
const image = (name: string, chain: string, lastUsed: number, more: Partial<GcImage> = {}): GcImage => ({
  id: id(name),
  parent: null,
  chain: [...chain].map(id),
  lastUsed,
  inUse: false,
  ...more,
});
const bytes = (high: number, low: number, minAge = 0): GcRules => ({
  high: { unit: 'bytes', value: high },
  low: { unit: 'bytes', value: low },
  minAge,
});
/** Every layer has 100 bytes. */
const facts = (images: readonly GcImage[], more: Partial<GcFacts> = {}): GcFacts => ({
  images,
  layers: new Map(images.flatMap(({ chain }) => chain.map((chainId) => [chainId, 100]))),
  kept: new Set(),
  disk: { used: 0, total: 1000 },
  now: 1000,
  ...more,
});
const names = ['a', 'b', 'c'];
const removed = (given: GcFacts, rules: GcRules): string =>
  decideGc(given, rules)
    .map((one) => names.find((name) => id(name) === one))
    .join('');

const three = [image('a', '1', 30), image('b', '2', 10), image('c', '3', 20)];

test('nothing goes up to the high mark; above it the longest unused go down to the low one', () => {
  assert.equal(removed(facts(three), bytes(300, 100)), '');
  assert.equal(removed(facts(three), bytes(299, 200)), 'b');
  assert.equal(removed(facts(three), bytes(299, 199)), 'bc');
  assert.equal(removed(facts(three), bytes(299, 0)), 'bca');
});

test('percent is of the disk', () => {
  const rules = (high: number, low: number): GcRules => ({
    high: { unit: 'percent', value: high },
    low: { unit: 'percent', value: low },
    minAge: 0,
  });
  const disk = { used: 850, total: 1000 };
  assert.equal(removed(facts(three, { disk }), rules(90, 10)), '');
  assert.equal(removed(facts(three, { disk }), rules(80, 75)), 'b');
  assert.equal(removed(facts(three, { disk }), rules(80, 70)), 'bc');
});

test('what is young, in use or below another image stays', () => {
  assert.equal(removed(facts(three), bytes(1, 0, 975)), 'bc');
  const used = [image('a', '1', 1, { inUse: true }), image('b', '2', 2)];
  assert.equal(removed(facts(used), bytes(1, 0)), 'b');
  const family = [image('a', '1', 1), image('b', '12', 2, { parent: id('a') })];
  assert.equal(removed(facts(family), bytes(1, 0)), 'ba');
  assert.equal(
    removed(facts([image('a', '1', 1), image('b', '12', 2, { parent: id('a'), inUse: true })]), bytes(1, 0)),
    '',
  );
});

test('shared layers count once, with the last image on them; what frees nothing stays', () => {
  const shared = [image('a', '1', 1), image('b', '12', 2), image('c', '13', 3)];
  assert.equal(removed(facts(shared), bytes(299, 200)), 'b');
  assert.equal(removed(facts(shared), bytes(299, 100)), 'bc');
  assert.equal(removed(facts([image('a', '1', 1)], { kept: new Set([id('1')]) }), bytes(1, 0)), '');
});

test('whatever there is: only what may go, and no more than is needed', () => {
  const images = fc.array(
    fc.record({
      chain: fc.uniqueArray(fc.constantFrom('1', '2', '3', '4'), { maxLength: 4 }),
      lastUsed: fc.nat(1000),
      inUse: fc.boolean(),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(images, fc.nat(500), fc.nat(500), fc.nat(1000), (given, one, other, minAge) => {
      const all = given.map(({ chain, lastUsed, inUse }, at) =>
        image(String(at), chain.join(''), lastUsed, { inUse }),
      );
      const [low, high] = [Math.min(one, other), Math.max(one, other)];
      const store = facts(all);
      const going = decideGc(store, bytes(high, low, minAge));
      const left = (ids: readonly string[]) =>
        new Set(all.filter((each) => !ids.includes(each.id)).flatMap(({ chain }) => chain)).size * 100;
      for (const each of all.filter((candidate) => going.includes(candidate.id)))
        assert.ok(!each.inUse && each.lastUsed + minAge <= 1000);
      assert.equal(new Set(going).size, going.length);
      if (going.length > 0) {
        assert.ok(store.layers.size * 100 > high);
        assert.ok(left(going.slice(0, -1)) > low, 'the last one was needed');
      }
    }),
  );
});
