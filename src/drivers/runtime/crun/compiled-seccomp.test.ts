import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Seccomp, Spec } from '../../../wire/oci-runtime.ts';
import { CompiledSeccomp } from './compiled-seccomp.ts';

const profile = (name: string): Seccomp => ({
  defaultAction: 'SCMP_ACT_ERRNO',
  syscalls: [{ names: [name], action: 'SCMP_ACT_ALLOW' }],
});
const specOf = (seccomp?: Seccomp): Spec => ({
  ociVersion: '1.0.2',
  root: { path: '/r' },
  process: { user: { uid: 0, gid: 0 }, args: ['true'], env: [], cwd: '/' },
  mounts: [],
  linux: { namespaces: [], ...(seccomp === undefined ? {} : { seccomp }) },
});

test('a profile is handed over compiled once crun has compiled it', () => {
  const reads: string[] = [];
  const cache = new CompiledSeccomp({
    read: (id) => {
      reads.push(id);
      return Buffer.alloc(16, 1);
    },
  });
  const first = specOf(profile('read'));
  assert.equal(cache.apply(first), first);
  cache.learn('c1', first.linux.seccomp);
  const second = cache.apply(specOf(profile('read')));
  assert.equal(second.linux.seccomp, undefined);
  assert.deepEqual(second.annotations, {
    'run.oci.seccomp_bpf_data': Buffer.alloc(16, 1).toString('base64'),
  });
  cache.learn('c2', profile('read'));
  assert.deepEqual(reads, ['c1']);
});

test('another profile, no profile, and what is no program stay as they are', () => {
  const cache = new CompiledSeccomp({ read: (id) => (id === 'cut' ? Buffer.alloc(7) : null) });
  cache.learn('cut', profile('read'));
  cache.learn('gone', profile('read'));
  const spec = specOf(profile('read'));
  assert.equal(cache.apply(spec), spec);
  const bare = specOf();
  assert.equal(cache.apply(bare), bare);
});

test('the number of programs kept is bounded, the used ones stay', () => {
  const cache = new CompiledSeccomp({ read: () => Buffer.alloc(8) });
  cache.learn('c', profile('used'));
  for (let index = 0; index < 40; index += 1) {
    cache.learn('c', profile(`call${index}`));
    cache.apply(specOf(profile('used')));
  }
  assert.notEqual(cache.apply(specOf(profile('used'))).annotations, undefined);
  assert.equal(cache.apply(specOf(profile('call0'))).annotations, undefined);
});
