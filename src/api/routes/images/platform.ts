import { invalid } from '../../../errors/minke-error.ts';
import { type Platform, parsePlatformJson } from '../../../wire/api/platform.ts';

/** A `platform` parameter: JSON of an OCI platform; none where it is absent. */
export const wantedPlatform = (text: string | undefined): { readonly platform?: Platform } =>
  text === undefined ? {} : { platform: parsePlatformJson(text) };

/** The same of a parameter that may be repeated, of which one is taken. */
export function onePlatform(texts: readonly string[]): { readonly platform?: Platform } {
  const [text, ...more] = texts;
  if (more.length > 0) throw invalid('multiple platform parameters not supported');
  return wantedPlatform(text || undefined);
}
