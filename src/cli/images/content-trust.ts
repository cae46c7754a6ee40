/** Whether signatures are asked for: by `--disable-content-trust=false`, or by the environment where no flag speaks. */
export function wantsContentTrust(
  env: NodeJS.ProcessEnv,
  flags: { readonly 'disable-content-trust': boolean },
  changed: ReadonlySet<string>,
): boolean {
  if (changed.has('disable-content-trust')) return !flags['disable-content-trust'];
  const asked = env.DOCKER_CONTENT_TRUST ?? '';
  return asked !== '' && !['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(asked);
}

/** There are no signatures here: who counts on them must not get an image that nobody checked. */
export function refuseContentTrust(
  env: NodeJS.ProcessEnv,
  flags: { readonly 'disable-content-trust': boolean },
  changed: ReadonlySet<string>,
): void {
  if (wantsContentTrust(env, flags, changed))
    throw new Error(
      'content trust is asked for (DOCKER_CONTENT_TRUST, or --disable-content-trust=false), and signatures of images are not supported: unset it, or give --disable-content-trust',
    );
}
