import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { NamedPlace, NameSpec } from '../../../wire/names.ts';
import { Directory } from './directory.ts';

const place = (network: string, rest: Partial<NamedPlace> = {}): NamedPlace => ({
  network: `id-${network}`,
  networkName: network,
  neighbours: true,
  names: [],
  addresses: [],
  links: [],
  ...rest,
});

const spec = (name: string, ...places: NamedPlace[]): NameSpec => ({
  name,
  namespace: `/run/netns/${name}`,
  servers: [],
  outside: true,
  ndots: false,
  places,
});

describe('the directory of names', () => {
  it('finds neighbours by name, by name and network, by link and by address', () => {
    const directory = new Directory();
    directory.set(
      'c1',
      spec('web', place('Shop', { addresses: ['10.0.0.2'], links: [{ target: 'DB', alias: 'Store' }] })),
    );
    const names = ['DB', 'db1', 'shop.db'];
    directory.set('c2', spec('DB', place('Shop', { names, addresses: ['10.0.0.3', 'fd00::3'] })));
    directory.set('c3', spec('far', place('other', { names: ['db'], addresses: ['10.1.0.2'] })));
    for (const name of ['db', 'db1', 'db.shop', 'store', 'store.shop', 'shop.db'])
      assert.deepEqual(directory.addresses('c1', name), [['10.0.0.3', 'fd00::3']], name);
    for (const name of ['', 'shop', 'db.other', '.shop']) assert.equal(directory.addresses('c1', name), null);
    assert.equal(directory.addresses('c2', 'store'), null, 'a link is one’s own');
    assert.equal(directory.nameOf('c1', 'fd00::3'), 'DB.Shop');
    assert.equal(directory.nameOf('c3', 'fd00::3'), null);
    assert.deepEqual(directory.addressesForHost('db')?.toSorted(), ['10.0.0.3', '10.1.0.2', 'fd00::3']);
    assert.deepEqual(directory.addressesForHost('db.other'), ['10.1.0.2']);
    directory.delete('c2');
    assert.equal(directory.addresses('c1', 'db'), null);
    assert.equal(directory.addresses('c1', 'store'), null);
    assert.equal(directory.addresses('nobody', 'db'), null);
  });

  it('tells networks apart, in the order of the asker, its links first', () => {
    const directory = new Directory();
    const links = [{ target: 'far', alias: 'db' }];
    directory.set('c1', spec('web', place('one'), place('two', { links })));
    directory.set('c2', spec('db', place('one', { names: ['db'], addresses: ['10.0.0.3'] })));
    directory.set('c3', spec('far', place('two', { names: ['far'], addresses: ['10.1.0.3'] })));
    directory.set('c4', spec('db', place('two', { names: ['db'], addresses: ['10.1.0.4'] })));
    assert.deepEqual(directory.addresses('c1', 'db'), [['10.1.0.3'], ['10.0.0.3'], ['10.1.0.4']]);
    directory.delete('c3');
    assert.deepEqual(directory.addresses('c1', 'db'), [['10.0.0.3'], ['10.1.0.4']]);
  });

  it('leaves an address to who has it now', () => {
    const directory = new Directory();
    directory.set('asker', spec('asker', place('n')));
    directory.set('old', spec('old', place('n', { names: ['old'], addresses: ['10.0.0.2'] })));
    directory.set('new', spec('new', place('n', { names: ['new'], addresses: ['10.0.0.2'] })));
    directory.delete('old');
    assert.equal(directory.nameOf('asker', '10.0.0.2'), 'new.n');
  });

  it('knows after any changes what a fresh one knows', () => {
    const names = fc.constantFrom('a', 'b', 'c');
    const change = fc.record({
      container: names,
      gone: fc.boolean(),
      places: fc.uniqueArray(
        fc.record({ network: names, own: fc.array(names, { maxLength: 3 }), address: names }),
        { selector: ({ network }) => network, maxLength: 3 },
      ),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        const changed = new Directory();
        const last = new Map<string, NameSpec>();
        for (const { container, gone, places } of changes) {
          const now = spec(
            container,
            // Each container has addresses of its own, as the engine hands them out.
            ...places.map(({ network, own, address }) =>
              place(network, { names: own, addresses: [`${container}-${address}`] }),
            ),
          );
          if (gone) changed.delete(container);
          else changed.set(container, now);
          if (gone) last.delete(container);
          else last.set(container, now);
        }
        const fresh = new Directory();
        for (const [container, now] of last) fresh.set(container, now);
        for (const asker of ['a', 'b', 'c']) {
          for (const name of ['a', 'b', 'c', 'a.b', 'c.c']) {
            assert.deepEqual(
              changed.addresses(asker, name)?.map((group) => group.toSorted()),
              fresh.addresses(asker, name)?.map((group) => group.toSorted()),
            );
          }
          assert.equal(changed.nameOf(asker, 'a-a'), fresh.nameOf(asker, 'a-a'));
        }
      }),
    );
  });
});
