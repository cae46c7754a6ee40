/** What the build writes into the bundle; from a checkout that was not built, the words for that. */
export const buildFacts = {
  version: process.env.MINKE_VERSION ?? '0.0.0-dev',
  commit: process.env.MINKE_COMMIT ?? 'unknown',
  time: process.env.MINKE_BUILD_TIME ?? 'unknown',
} as const;
