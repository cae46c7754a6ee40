import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isKind } from '../../errors/minke-error.ts';
import { basicCredentials } from './basic/basic.ts';
import { parseHtpasswd } from './basic/htpasswd.ts';
import { type AccessRule, allows } from './rules.ts';
import { narrowed, parseScope } from './token/scope.ts';
import { verifyToken } from './token/verify.ts';

const rule = (parts: Partial<AccessRule>): AccessRule => ({
  users: [],
  anonymous: false,
  repositories: ['**'],
  actions: ['pull'],
  ...parts,
});

test('rules add up, by user, repository and action', () => {
  const rules = [
    rule({ users: ['*'], repositories: ['shared'] }),
    rule({ users: ['ci'], repositories: ['team/**'], actions: ['create'] }),
    rule({ users: ['alice'], actions: ['push', 'catalog'] }),
    rule({ anonymous: true, repositories: ['public/*'] }),
  ];
  const may = (
    user: string | null,
    action: 'pull' | 'create' | 'push' | 'delete' | 'catalog',
    name: string | null,
  ) => allows(rules, user, { action, name: name as never });
  assert.equal(may('bob', 'pull', 'shared'), true);
  assert.equal(may(null, 'pull', 'shared'), false);
  assert.equal(may('ci', 'create', 'team/x'), true);
  assert.equal(may('ci', 'push', 'team/x'), false);
  assert.equal(may('alice', 'create', 'any'), true, 'who may push may create');
  assert.equal(may('alice', 'pull', 'any'), false, 'and no more');
  assert.equal(may('alice', 'delete', 'any'), false);
  assert.equal(may('alice', 'catalog', null), true);
  assert.equal(may('bob', 'catalog', null), false);
  assert.equal(may(null, 'pull', 'public/x'), true);
  assert.equal(may('bob', 'pull', 'public/x'), true);
});

test('scopes as clients write them', () => {
  assert.deepEqual(parseScope('repository:a/b:pull,push registry:catalog:*'), [
    { type: 'repository', name: 'a/b', actions: ['pull', 'push'] },
    { type: 'registry', name: 'catalog', actions: ['*'] },
  ]);
  assert.deepEqual(parseScope('repository(plugin):host:5000/a:pull'), [
    { type: 'repository', name: 'host:5000/a', actions: ['pull'] },
  ]);
  assert.deepEqual(parseScope('x y:z :a:b'), []);
});

test('nobody gets more than is allowed, whatever is asked for', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.array(fc.constantFrom('pull', 'push', 'delete', 'create', '*', 'x')),
      (text, wanted) => {
        const asked = [...parseScope(text), ...parseScope(`repository:a:${wanted.join(',')}`)];
        const given = narrowed(asked, ({ action, name }) => action === 'pull' && name === 'a');
        for (const entry of given) assert.deepEqual([entry.name, entry.actions], ['a', ['pull']]);
      },
    ),
  );
});

test('any header, file or token is read, or refused in words', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      basicCredentials(text);
      basicCredentials(`Basic ${Buffer.from(text).toString('base64')}`);
      assert.equal(typeof verifyToken(text, { issuer: 'i', service: 's', keys: [] }, 0), 'string');
      try {
        parseHtpasswd(text, 'f');
      } catch (error) {
        assert.ok(isKind(error, 'invalid'));
      }
    }),
  );
});
