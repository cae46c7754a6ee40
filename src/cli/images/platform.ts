import { goArchitecture } from '../../kit/platform/architecture.ts';
import { parsePlatform } from '../../kit/platform/parse.ts';

/** The client's own. */
const machine = { os: 'linux', architecture: goArchitecture(process.arch) };

/**
 * A platform as it was typed (`linux/arm64/v8`, `arm64`) as the JSON that the API takes; `undefined` for an empty one.
 * Throws in containerd's words.
 */
export function platformJson(platform: string): string | undefined {
  if (platform === '') return undefined;
  const { os, architecture, variant } = parsePlatform(platform, machine);
  return JSON.stringify({ architecture, os, ...(variant && { variant }) });
}

/** The same for commands that say before a mistake that it is one of the platform. */
export function platformArgument(platform: string): string | undefined {
  try {
    return platformJson(platform);
  } catch (error) {
    throw new Error(`invalid platform: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}
