/** A reporter for Node's test runner that writes how the tests ended, as one line of JSON: a `Tally`. */
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { project } from '../check/sources.ts';
import type { Failure, Tally } from './tally.ts';

type Ended = Extract<TestEvent, { type: 'test:fail' }>['data'];

/** A test that failed by one within it is counted, but says nothing by itself. */
function failureOf({ name, file, line, details: { error } }: Ended): Failure | undefined {
  if ('failureType' in error && error.failureType === 'subtestsFailed') return undefined;
  const { cause } = error;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause ?? error.message);
  return { name, text, ...(file === undefined ? {} : { at: `${relative(project, file)}:${line ?? 1}` }) };
}

export default async function* tallyReporter(source: AsyncIterable<TestEvent>): AsyncIterable<string> {
  let [passed, failed, skipped] = [0, 0, 0];
  const failures: Failure[] = [];
  for await (const event of source) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    if (event.type === 'test:fail' && event.data.todo === undefined)
      failures.push(...[failureOf(event.data)].filter((one) => one !== undefined));
    // Suites and files are counted by what stands in them.
    if (event.data.details.type === 'suite') continue;
    if (event.data.skip !== undefined) skipped++;
    else if (event.type === 'test:pass') passed++;
    else if (event.data.todo === undefined) failed++;
  }
  const tally: Tally = { passed, failed, skipped, failures };
  yield JSON.stringify(tally);
}
