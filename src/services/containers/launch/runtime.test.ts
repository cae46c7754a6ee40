import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostConfigOf } from '../../../../test/harness/containers/context.ts';
import { MemoryRuntime } from '../../../drivers/runtime/memory/memory-runtime.ts';
import { runtimeOf } from './runtime.ts';

test('a container with few open files is set up by a runtime that does with them', () => {
  const [hungry, modest] = [new MemoryRuntime('hungry'), new MemoryRuntime('modest')];
  hungry.openFiles = 64;
  const both = new Map([hungry, modest].map((runtime) => [runtime.name, runtime]));
  const chosen = (nofile: number | null, Runtime = 'hungry', runtimes = both) => {
    const Ulimits = nofile === null ? null : [{ Name: 'nofile', Soft: nofile, Hard: nofile }];
    return runtimeOf({ runtimes }, { hostConfig: hostConfigOf({ Runtime, Ulimits }) })?.name;
  };
  assert.equal(chosen(null), 'hungry');
  assert.equal(chosen(-1), 'hungry');
  assert.equal(chosen(64), 'hungry');
  assert.equal(chosen(20), 'modest');
  assert.equal(chosen(20, 'modest'), 'modest');
  assert.equal(chosen(20, 'hungry', new Map([['hungry', hungry]])), 'hungry');
  assert.equal(chosen(20, 'none'), undefined);
});
