import type { Digest } from '../../wire/digest.ts';
import type { ImageConfig, ImageHistory, ImageRunConfig } from '../../wire/oci-image.ts';
import type { ImagePlatform } from './parts.ts';

/** DiffID of a layer without entries: history tells of it, the image has no such layer. */
const EMPTY_LAYER = 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';

export const isEmptyLayer = (diffId: Digest): boolean => diffId === EMPTY_LAYER;

export interface ConfigStep {
  /** RFC 3339 */
  readonly created: string;
  readonly createdBy?: string;
  readonly author?: string;
  readonly comment?: string;
}

/** Without what says nothing, as Go's `omitempty` writes it. */
function compact<T extends object>(value: T): Partial<T> {
  const said = Object.entries(value).filter(
    ([, field]) => field !== undefined && field !== null && field !== '' && field !== false,
  );
  return Object.fromEntries(said) as Partial<T>;
}

/** The stored form of a config that is its base and one layer more. */
export function nextConfig(
  base: ImageConfig | null,
  platform: ImagePlatform,
  run: ImageRunConfig,
  step: ConfigStep,
  diffId: Digest,
): Buffer {
  const isEmpty = isEmptyLayer(diffId);
  const history: Partial<ImageHistory> = compact({
    created: step.created,
    author: step.author,
    created_by: step.createdBy,
    comment: step.comment,
    empty_layer: isEmpty,
  });
  const config = {
    architecture: base?.architecture ?? platform.architecture,
    ...compact({
      author: step.author,
      variant: base === null ? platform.variant : base.variant,
      'os.version': base?.['os.version'],
      'os.features': base?.['os.features'],
      comment: step.comment,
    }),
    config: compact(run),
    created: step.created,
    history: [...(base?.history ?? []).map(compact), history],
    os: base?.os ?? platform.os,
    rootfs: {
      type: 'layers',
      diff_ids: [...(base?.rootfs.diff_ids ?? []), ...(isEmpty ? [] : [diffId])],
    },
  };
  return Buffer.from(JSON.stringify(config));
}
