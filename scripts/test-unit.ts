/** `npm run test:unit [-- part of a path …]`: the tests that need neither root nor a daemon. */
import { runTests, unitTests } from './tests/run-tests.ts';

const wanted = process.argv.slice(2);
const files = (await unitTests()).filter(
  (path) => wanted.length === 0 || wanted.some((part) => path.includes(part)),
);
const { failed } = await runTests(files, { isolation: 'none' });
process.exitCode = failed === 0 ? 0 : 1;
