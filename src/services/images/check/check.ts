import { messageOf } from '../../../errors/minke-error.ts';
import type { CheckOptions, ProgressMessage } from '../contract.ts';
import type { ImageParts } from '../parts.ts';
import { PACE } from '../progress.ts';
import { decide } from './decide.ts';
import type { StoreFacts } from './facts.ts';
import { fetchAgain, type Lost } from './fetch-again.ts';
import type { Finding } from './finding.ts';
import { gather, type Surroundings } from './gather.ts';
import { repair } from './repair.ts';

/** Reads everything, tells what is wrong and, where asked to, puts it right. */
export async function checkStore(
  parts: ImageParts,
  options: CheckOptions & Surroundings,
  emit: (message: ProgressMessage) => void,
  signal: AbortSignal,
): Promise<void> {
  const { repair: repairing, containers } = options;
  let said = 0;
  const facts = await gather(
    parts,
    options,
    (status, id, current, total) => {
      const now = Date.now();
      if (current < total && now - said < PACE) return;
      said = now;
      emit({ status, id, progressDetail: { current, total } });
    },
    signal,
  );
  const findings = decide(facts);
  const outcomes = new Map<Finding, Outcome>();
  if (repairing)
    for (const finding of findings) {
      signal.throwIfAborted();
      outcomes.set(finding, await tryRepair(parts, finding, containers));
    }
  const repaired = [...outcomes.values()].filter((outcome) => outcome.repaired).length;
  if (repaired > 0) await parts.blobs.sweep(parts);
  await bringBack(parts, facts, outcomes, emit, signal);
  for (const finding of findings)
    emit({ aux: { Finding: describe(finding, outcomes.get(finding) ?? null) } });
  emit({
    aux: {
      Summary: {
        Images: facts.images.length,
        Layers: facts.layers.length,
        Blobs: facts.blobs.length,
        Containers: facts.owned.length,
        Findings: findings.length,
        Repaired: repaired,
        Busy: facts.busy,
      },
    },
  });
}

interface Outcome {
  readonly repaired: boolean;
  readonly reason?: string;
  /** A registry gave it back. */
  readonly fetched?: boolean;
}

/** The image that the repair took something of which a registry may have; undefined where it took none. */
function lostBy(facts: StoreFacts, { repair: done }: Finding): Lost | undefined {
  if (done?.do !== 'drop image' && done?.do !== 'forget manifest') return undefined;
  const image = facts.images.find(({ id }) => id === done.id);
  const lost = facts.lostNames.filter((name) => name.image === done.id).map(({ name }) => name);
  return image && { id: image.id, platform: image.platform, names: [...image.names, ...lost] };
}

/** Once all that is damaged is out of the way. */
async function bringBack(
  parts: ImageParts,
  facts: StoreFacts,
  outcomes: Map<Finding, Outcome>,
  emit: (message: ProgressMessage) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const [finding, outcome] of outcomes) {
    const lost = outcome.repaired ? lostBy(facts, finding) : undefined;
    if (lost === undefined) continue;
    const fetched = await fetchAgain(parts, lost, emit, signal);
    if (fetched.outcome === 'here') outcomes.set(finding, { ...outcome, fetched: true });
    if (fetched.outcome === 'failed') outcomes.set(finding, { ...outcome, reason: fetched.reason });
  }
}

async function tryRepair(
  parts: ImageParts,
  finding: Finding,
  containers: CheckOptions['containers'],
): Promise<Outcome> {
  if (finding.repair === null) return { repaired: false };
  try {
    const reason = await repair(parts, finding.repair, containers);
    return reason === null ? { repaired: true } : { repaired: false, reason };
  } catch (error) {
    return { repaired: false, reason: messageOf(error) };
  }
}

const describe = (finding: Finding, outcome: Outcome | null): Record<string, unknown> => ({
  Kind: finding.kind,
  Subject: finding.subject,
  Problem: finding.problem,
  Repaired: outcome?.repaired ?? false,
  Reason: outcome?.reason ?? finding.reason ?? '',
  Fetched: outcome?.fetched ?? false,
  PullAgain: outcome?.fetched ? [] : (finding.again ?? []),
});
