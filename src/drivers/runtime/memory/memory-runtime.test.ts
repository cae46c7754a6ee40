import { runtimeSuite } from '../suite.ts';
import { MemoryRuntime } from './memory-runtime.ts';

runtimeSuite('memory', async () => {
  const runtime = new MemoryRuntime();
  runtime.onKill = (id) => runtime.end(id);
  return {
    runtime,
    begin: async (id) => {
      runtime.begin(id, 7);
      return { id, cgroup: `/suite/${id}`, process: { pid: 7, startTime: '1' } };
    },
    ended: async () => {},
    clear: async () => {},
  };
});
