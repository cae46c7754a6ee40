/**
 * `sh scripts/with-node.sh scripts/api-coverage.ts [--write] [--engine=docker28]`: the share of the API description's
 * operations that a real daemon answers as described; `--write` writes docs/compat/api.md. Needs root and a build.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countTags } from '../test/described/count.ts';
import { playAll } from '../test/described/play.ts';
import { probes, tags, unseen } from '../test/described/probes/index.ts';
import { apiReport } from '../test/described/report.ts';
import { setStage } from '../test/described/stage.ts';
import { description } from '../test/harness/engine-api/description.ts';
import { project } from './check/sources.ts';

const { values } = parseArgs({
  options: { write: { type: 'boolean', default: false }, engine: { type: 'string', default: 'minke' } },
});
if (values.engine !== 'minke' && values.engine !== 'docker28')
  throw new Error(`no such engine: ${values.engine}`);
const { engine, stop } = await setStage(values.engine);
try {
  const findings = await playAll(engine, probes);
  const counted = countTags(description().operations, tags, findings, unseen);
  for (const { tag, operations, asDescribed } of counted) {
    console.log(`${tag}: ${asDescribed} of ${operations.length} as described`);
    for (const { operation, missing, problems, asDescribed: fine } of operations) {
      if (fine) continue;
      console.log(`  ${operation.id}: not seen ${missing.join(' ') || 'nothing'}`);
      for (const problem of problems) console.log(`    ${problem}`);
    }
  }
  if (values.write) await writeFile(join(project, 'docs/compat/api.md'), apiReport(counted, unseen));
} finally {
  await stop();
}
