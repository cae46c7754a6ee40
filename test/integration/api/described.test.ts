/** Every answer of a real daemon is held against the API description, and the document that counts them is true. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { countTags } from '../../described/count.ts';
import { playAll } from '../../described/play.ts';
import { probes, tags, unseen } from '../../described/probes/index.ts';
import { apiReport } from '../../described/report.ts';
import { type Stage, setStage } from '../../described/stage.ts';
import { description } from '../../harness/engine-api/description.ts';

const document = join(resolve(import.meta.dirname, '../../..'), 'docs/compat/api.md');
let stage: Stage;

before(async () => {
  stage = await setStage('minke');
});

after(async () => assert.deepEqual(await stage.stop(), []));

test('answers are as the description says', async () => {
  const findings = await playAll(stage.engine, probes);
  const problems = findings.flatMap((one) => one.problems.map((text) => `${one.probe.ask}: ${text}`));
  assert.deepEqual(problems, []);
  const counted = countTags(description().operations, tags, findings, unseen);
  assert.equal(
    await readFile(document, 'utf8'),
    apiReport(counted, unseen),
    'docs/compat/api.md is of another time: sh scripts/with-node.sh scripts/api-coverage.ts --write',
  );
});
