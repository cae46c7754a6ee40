import { familiarString } from '../../kit/reference/reference.ts';
import { nanosecondsOf } from '../../kit/time/rfc3339.ts';
import type { ImageHistoryResponseItem } from '../../wire/generated/engine-api.ts';
import type { ImageHistory } from '../../wire/oci-image.ts';
import type { ImageEntry } from './catalog.ts';
import { imageFor } from './find.ts';
import { isTag } from './names.ts';
import type { ImageParts, ImagePlatform } from './parts.ts';

function seconds(step: ImageHistory): number {
  const created = step.created ? nanosecondsOf(step.created) : undefined;
  return created === undefined ? 0 : Math.floor(Number(created / 1_000_000n) / 1000);
}

/** Newest first. Ids and tags are known for as many steps as the image has parents here. */
export async function imageHistory(
  parts: ImageParts,
  reference: string,
  platform?: ImagePlatform,
): Promise<ImageHistoryResponseItem[]> {
  const image = imageFor(parts, reference, platform);
  const sizes = (await parts.layers.infos(image.chain)).map(({ size }) => size);
  const steps = (image.config.history ?? []).map((step) => ({
    Comment: step.comment ?? '',
    Created: seconds(step),
    CreatedBy: step.created_by ?? '',
    Id: '<missing>',
    Size: step.empty_layer ? 0 : (sizes.shift() ?? 0),
    Tags: null as string[] | null,
  }));
  steps.reverse();
  let known: ImageEntry | undefined = image;
  for (const step of steps) {
    if (known === undefined) break;
    const tags = parts.names.of(known.id).filter(isTag).map(familiarString);
    step.Id = known.id;
    step.Tags = tags.length === 0 ? null : tags;
    known = known.record.parent === undefined ? undefined : parts.catalog.get(known.record.parent);
  }
  return steps;
}
