import manifest from '../../package.json' with { type: 'json' };

/** The program in a line. */
export const about = 'A small, fast container engine';

/** Set by the build; absent where the program runs from its source. */
export const clientVersion: string = process.env.MINKE_VERSION ?? manifest.version;
export const clientCommit: string = process.env.MINKE_COMMIT ?? '';
export const clientBuilt: string = process.env.MINKE_BUILD_TIME ?? '';

/** `Docker version …` is what scripts look for when the program is called docker. */
export const versionLine = (program: string): string =>
  program === 'docker'
    ? `Docker version ${clientVersion}, build ${clientCommit || 'unknown'}`
    : `Minke version ${clientVersion}`;
