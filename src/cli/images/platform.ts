/** `linux/arm64/v8` as the JSON that the API takes; `undefined` for an empty one. */
export function platformJson(platform: string): string | undefined {
  if (platform === '') return undefined;
  const [os = '', architecture = '', variant, more] = platform.toLowerCase().split('/');
  if (!/^[a-z0-9_-]+$/.test(os) || more !== undefined)
    throw new Error(
      `invalid platform: ${JSON.stringify(platform)}: unknown operating system or architecture: invalid argument`,
    );
  return JSON.stringify({
    architecture,
    os,
    ...(variant === undefined ? {} : { variant }),
  });
}
