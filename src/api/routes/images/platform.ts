import { notFound } from '../../../errors/minke-error.ts';
import type { Images } from '../../../services/images/contract.ts';
import { parsePlatformJson, showPlatform } from '../../../wire/api/platform.ts';

/**
 * An image is held for one platform; asking for another one is like asking for an image that is not there.
 * @param wanted JSON of an OCI platform; undefined takes what there is
 */
export async function checkPlatform(images: Images, name: string, wanted: string | undefined): Promise<void> {
  if (wanted === undefined) return;
  const platform = parsePlatformJson(wanted);
  const held = (await images.resolve(name)).platform;
  const same =
    held.os === platform.os &&
    held.architecture === platform.architecture &&
    (platform.variant === undefined || held.variant === undefined || held.variant === platform.variant);
  if (!same)
    throw notFound(
      `image with reference ${name} was found but its platform (${showPlatform(held)}) does not match the specified platform (${showPlatform(platform)})`,
    );
}
