import { notFound } from '../../../errors/minke-error.ts';
import { fitsPlatform } from '../../../kit/platform/match.ts';
import { showPlatform } from '../../../wire/api/platform.ts';
import type { ImageConfig } from '../../../wire/oci-image.ts';
import type { ImagePlatform } from '../parts.ts';

/** The platform that an image's config names. */
export function platformOf({ config }: { readonly config: ImageConfig }): ImagePlatform {
  const { os, architecture, variant } = config;
  return { os, architecture, ...(variant ? { variant } : {}) };
}

/** `not-found`, in Docker's words, where the image is for another platform than the wanted one. */
export function checkIsFor(
  image: { readonly config: ImageConfig },
  wanted: ImagePlatform,
  reference: string,
): void {
  const held = platformOf(image);
  if (!fitsPlatform(held, wanted))
    throw notFound(
      `image with reference ${reference} was found but its platform (${showPlatform(held)}) does not match the specified platform (${showPlatform(wanted)})`,
    );
}
