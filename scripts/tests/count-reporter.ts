/** A reporter for Node's test runner that writes only how many tests ended how, as one line of JSON. */
import type { TestEvent } from 'node:test/reporters';

export default async function* countReporter(source: AsyncIterable<TestEvent>): AsyncIterable<string> {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for await (const event of source) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    // Suites and files are counted by what stands in them.
    if (event.data.details.type === 'suite') continue;
    if (event.data.skip !== undefined) skipped++;
    else if (event.type === 'test:pass') passed++;
    else if (event.data.todo === undefined) failed++;
  }
  yield JSON.stringify({ passed, failed, skipped });
}
