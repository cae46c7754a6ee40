/** docs/compat/api.md, written from what probes found. */
import type { Unseen } from './contract.ts';
import type { OperationCount, TagCount } from './count.ts';

const percent = (part: number, whole: number): string =>
  `${whole === 0 ? 0 : Math.floor((100 * part) / whole)} %`;

const list = (statuses: readonly number[]): string => statuses.join(' ');

const row = ({ operation, seen, excused, missing, asDescribed }: OperationCount): string =>
  `| ${operation.id} | \`${operation.method} ${operation.path}\` | ${list(seen)} | ${list(excused)} | ${list(missing)} | ${asDescribed ? 'yes' : 'no'} |`;

export function apiReport(tags: readonly TagCount[], unseen: Unseen): string {
  const summary = tags.map(
    ({ tag, operations, asDescribed }) =>
      `| ${tag} | ${operations.length} | ${asDescribed} | ${percent(asDescribed, operations.length)} |`,
  );
  const reasons = Object.entries(unseen).flatMap(([operation, statuses]) =>
    Object.entries(statuses).map(([status, reason]) => `- ${operation} ${status}: ${reason}`),
  );
  const tables = tags.map(
    ({ tag, operations }) => `## ${tag}

| operation | route | seen | excused | not seen | as described |
| --- | --- | --- | --- | --- | --- |
${operations.map(row).join('\n')}
`,
  );
  return `# Answers held against the API description

Written by \`sh scripts/with-node.sh scripts/api-coverage.ts --write\`; do not edit, \`npm test\` holds it. Requests go to a
real daemon, at least one for each status that the description of the API (version 1.56 of it, in
\`test/fixtures/engine-api/\`) lists for an operation, success and errors alike; status and body are held against it. An
operation counts when each of its statuses was seen and every body fits its schema. Failures of the server itself (500) are
described for every operation and are not provoked.

| operations on | described | answered as described | share |
| --- | --- | --- | --- |
${summary.join('\n')}

${tables.join('\n')}
## Statuses that are excused

${reasons.join('\n')}
`;
}
