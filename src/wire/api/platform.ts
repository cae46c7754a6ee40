/** Platforms as the API's query parameters carry them. */
import * as v from 'valibot';
import { invalid } from '../../errors/minke-error.ts';

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

const shape = v.object({
  os: v.optional(v.string(), ''),
  architecture: v.optional(v.string(), ''),
  variant: v.optional(v.string()),
  'os.version': v.optional(v.string()),
  'os.features': v.optional(v.array(v.string())),
});

/** JSON of an OCI platform (`{"os":"linux","architecture":"arm64"}`), as the image routes take it. */
export function parsePlatformJson(text: string): Platform {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid('failed to parse platform: not JSON');
  }
  const parsed = v.safeParse(shape, json);
  if (!parsed.success) throw invalid('failed to parse platform: not an OCI platform');
  const { os, architecture, variant, ...more } = parsed.output;
  if (os === '' && architecture === '' && (variant || Object.keys(more).length > 0))
    throw invalid('optional platform fields provided, but OS and Architecture are missing');
  if (os === '' || architecture === '') throw invalid('both OS and Architecture must be provided');
  return variant ? { os, architecture, variant } : { os, architecture };
}

export const showPlatform = (platform: Platform): string =>
  [platform.os, platform.architecture, ...(platform.variant ? [platform.variant] : [])].join('/');
