import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goArchitecture } from './architecture.ts';

test('architectures have Go’s names', () => {
  const names = ['x64', 'ia32', 'arm64', 'arm', 'ppc64', 's390x', 'riscv64', 'loong64'].map(goArchitecture);
  assert.deepEqual(names, ['amd64', '386', 'arm64', 'arm', 'ppc64le', 's390x', 'riscv64', 'loong64']);
});
