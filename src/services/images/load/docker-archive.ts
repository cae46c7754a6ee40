import { invalid } from '../../../errors/minke-error.ts';
import { parseReference, type Reference } from '../../../kit/reference/reference.ts';
import { isDigest } from '../../../wire/digest.ts';
import { parseArchiveManifest } from '../../../wire/oci-document.ts';
import { documentLimits } from '../../../wire/oci-image.ts';
import type { Archive } from './archive.ts';
import type { PlannedImage } from './plan.ts';

const MANIFEST = 'manifest.json';

export const isDockerArchive = (archive: Archive): boolean => archive.has(MANIFEST);

function tagOf(text: string): Reference {
  const ref = parseReference(text);
  if (ref.tag === undefined) throw invalid(`invalid tag ${JSON.stringify(text)}`);
  return { domain: ref.domain, path: ref.path, tag: ref.tag };
}

/** `docker save`'s form since 1.10: manifest.json says which files make up which image. */
export async function planDockerArchive(archive: Archive): Promise<PlannedImage[]> {
  const manifest = parseArchiveManifest(await archive.file(MANIFEST).bytes(documentLimits.manifest));
  const images: PlannedImage[] = [];
  for (const item of manifest) {
    const { Parent: parent } = item;
    images.push({
      config: await archive.file(item.Config).bytes(documentLimits.config),
      layers: (item.Layers ?? []).map((path) => ({ file: () => archive.file(path) })),
      tags: (item.RepoTags ?? []).map(tagOf),
      ...(parent && isDigest(parent) ? { parent } : {}),
    });
  }
  return images;
}
