import { nanosecondsOf } from '../../../kit/time/rfc3339.ts';
import type { ImageConfig, ImageHistory } from '../../../wire/oci-image.ts';

/** Go writes a time without the zeros that others leave at its end. */
const timeOf = ({ created }: ImageHistory): bigint | null =>
  created ? (nanosecondsOf(created) ?? null) : null;

const sameStep = (a: ImageHistory, b: ImageHistory | undefined): boolean =>
  b !== undefined &&
  timeOf(a) === timeOf(b) &&
  (a.created_by ?? '') === (b.created_by ?? '') &&
  (a.author ?? '') === (b.author ?? '') &&
  (a.comment ?? '') === (b.comment ?? '') &&
  (a.empty_layer ?? false) === (b.empty_layer ?? false);

/** Whether an image may be one step from another: its history is the other's and one step more. */
export function isChildOf(child: ImageConfig, parent: ImageConfig): boolean {
  const [own, before] = [child.history ?? [], parent.history ?? []];
  if (own.length === 0 && before.length === 0) return true;
  return own.length === before.length + 1 && before.every((step, i) => sameStep(step, own[i]));
}
