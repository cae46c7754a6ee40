/** Debian's python3-docker, its tests in Python: a test here for each of theirs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { command } from '../../harness/command.ts';

for (const module of ['test_containers', 'test_things']) {
  test(module, { timeout: 400_000 }, async (t) => {
    const argv = ['/usr/bin/python3', '-W', 'ignore', '-B', '-m', 'unittest', '-v', module];
    const { stdout, stderr, timedOut } = await command(argv, { cwd: import.meta.dirname, timeout: 390_000 });
    assert.ok(!timedOut, `${module} did not end\n${stderr}`);
    const verdicts = [...stderr.matchAll(/^(test_\w+) \([\w.]+\) \.\.\. (ok|FAIL|ERROR)/gm)];
    assert.ok(verdicts.length > 0, stdout + stderr);
    for (const [, name = '', verdict = ''] of verdicts) {
      await t.test(name.replace('test_', '').replaceAll('_', ' '), () => {
        // From its headline to the next one.
        const [, why = ''] = stderr.split(new RegExp(`^(?:FAIL|ERROR): ${name} `, 'm'));
        assert.equal(verdict, 'ok', why.split(/^={20}/m)[0] ?? '');
      });
    }
  });
}
