/** The share of operations that answer as the description says, out of what probes found. Pure. */
import type { Operation } from '../harness/engine-api/description.ts';
import type { Finding, Unseen } from './contract.ts';

export interface OperationCount {
  readonly operation: Operation;
  /** Statuses that were seen and fit. */
  readonly seen: readonly number[];
  /** Statuses that cannot be provoked here. */
  readonly excused: readonly number[];
  /** Statuses of the description that nobody was shown. */
  readonly missing: readonly number[];
  readonly problems: readonly string[];
  /** Every status that can be provoked was seen, and no answer was out of form. */
  readonly asDescribed: boolean;
}

/** A server's own failure is described everywhere and provoked nowhere. */
const provoked = (status: number): boolean => status !== 500;

export function countOperation(
  operation: Operation,
  findings: readonly Finding[],
  unseen: Unseen,
): OperationCount {
  const own = findings.filter((finding) => finding.operation === operation.id);
  const described = Object.keys(operation.responses).map(Number).filter(provoked);
  const seen = described.filter((status) =>
    own.some(({ probe, problems }) => probe.status === status && problems.length === 0),
  );
  const reasons = unseen[operation.id] ?? {};
  const excused = described.filter((status) => !seen.includes(status) && reasons[status] !== undefined);
  const missing = described.filter((status) => !seen.includes(status) && !excused.includes(status));
  const problems = own.flatMap((finding) => finding.problems.map((text) => `${finding.probe.ask}: ${text}`));
  const asDescribed = seen.length > 0 && missing.length === 0 && problems.length === 0;
  return { operation, seen, excused, missing, problems, asDescribed };
}

export interface TagCount {
  readonly tag: string;
  readonly operations: readonly OperationCount[];
  readonly asDescribed: number;
}

export function countTags(
  operations: readonly Operation[],
  tags: readonly string[],
  findings: readonly Finding[],
  unseen: Unseen,
): TagCount[] {
  return tags.map((tag) => {
    const counted = operations
      .filter((operation) => operation.tags.includes(tag))
      .map((operation) => countOperation(operation, findings, unseen));
    return { tag, operations: counted, asDescribed: counted.filter((one) => one.asDescribed).length };
  });
}
