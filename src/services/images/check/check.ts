import { messageOf } from '../../../errors/minke-error.ts';
import type { CheckOptions, ProgressMessage } from '../contract.ts';
import type { ImageParts } from '../parts.ts';
import { PACE } from '../progress.ts';
import { decide } from './decide.ts';
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
  let repaired = 0;
  for (const finding of findings) {
    signal.throwIfAborted();
    const outcome = repairing ? await tryRepair(parts, finding, containers) : null;
    if (outcome?.repaired) repaired++;
    emit({ aux: { Finding: describe(finding, outcome) } });
  }
  if (repaired > 0) await parts.blobs.sweep(parts);
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
  PullAgain: finding.again ?? [],
});
