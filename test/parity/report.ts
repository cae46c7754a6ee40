/** docs/compat/parity.md, written from a run. */
import { cases } from './cases/index.ts';
import type { Comparison } from './compare.ts';
import { differences } from './differences.ts';
import { open } from './open.ts';

export function report(results: readonly Comparison[], peer: string): string {
  const count = (verdict: Comparison['verdict']) =>
    results.filter((result) => result.verdict === verdict).length;
  const steps = (name: string) => cases.find((one) => one.name === name)?.steps.length ?? 0;
  const rows = results.map((result) => `| ${result.case} | ${steps(result.case)} | ${result.verdict} |`);
  const listed = differences.map((entry) => `- ${entry.reason} (\`${entry.where.source}\`)`);
  const gaps = results
    .filter(({ verdict }) => verdict === 'differs')
    .map((result) => `- ${result.case}: ${open.get(result.case) ?? 'not looked into yet'}`);
  const groups = Map.groupBy(results, (result) => result.case.split('/')[0] ?? '');
  const summary = [...groups].map(([group, own]) => {
    const of = (verdict: Comparison['verdict']) => own.filter((result) => result.verdict === verdict).length;
    const cells = [own.length, of('same'), of('differs on purpose'), of('differs')];
    return `| ${group} | ${cells.join(' | ')} |`;
  });
  const total = results.reduce((sum, result) => sum + steps(result.case), 0);
  return `# Parity with Docker

Written by \`npm run test:parity -- --report\`; do not edit. The same docker client takes the same steps against
${peer === 'docker28' ? 'Docker 28.5' : 'Docker 20.10'} and against Minke, each in a network namespace of its own; exit codes, output, error texts and
JSON are compared.

Of ${results.length} cases with ${total} steps ${count('same')} answer the same, ${count('differs on purpose')} differ on purpose, ${count('differs')} differ.

| group | cases | same | on purpose | differ |
| --- | --- | --- | --- | --- |
${summary.join('\n')}

## Case by case

| case | steps | result |
| --- | --- | --- |
${rows.join('\n')}

## What differs on purpose

${listed.length > 0 ? [...new Set(listed)].join('\n') : 'Nothing.'}

## What differs and should not

${gaps.length > 0 ? gaps.join('\n') : 'Nothing.'}
`;
}
