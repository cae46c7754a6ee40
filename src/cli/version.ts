import manifest from '../../package.json' with { type: 'json' };

export const clientVersion: string = manifest.version;

/** `Docker version …` is what scripts look for when the program is called docker. */
export const versionLine = (program: string): string =>
  program === 'docker' ? `Docker version ${clientVersion}, build minke` : `Minke version ${clientVersion}`;
