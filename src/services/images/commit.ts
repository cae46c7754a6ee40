import { notFound } from '../../errors/minke-error.ts';
import type { Digest } from '../../wire/digest.ts';
import { addImage } from './add-image.ts';
import { announce } from './announce.ts';
import type { CommitRequest } from './contract.ts';
import { nextConfig } from './new-config.ts';
import type { ImageParts } from './parts.ts';
import { nameImage, targetReference } from './tag.ts';

/** A container's writable layer becomes the top of a new image. */
export async function commitImage(parts: ImageParts, request: CommitRequest): Promise<Digest> {
  try {
    const target = targetReference(request.repo ?? '', request.tag ?? '');
    const parent = request.parent === null ? null : parts.catalog.get(request.parent);
    if (parent === undefined) throw notFound(`No such image: ${request.parent}`);
    const step = {
      created: parts.now().toISOString(),
      createdBy: request.createdBy ?? request.config.Cmd?.join(' ') ?? '',
      author: request.author,
      comment: request.comment,
    };
    const { id } = await addImage(parts, request.layer, {
      base: parent,
      record: parent === null ? {} : { parent: parent.id },
      config: (diffId) => nextConfig(parent?.config ?? null, parts.platform, request.config, step, diffId),
    });
    announce(parts, 'create', id);
    if (target !== undefined) await nameImage(parts, id, target);
    return id;
  } finally {
    request.layer.destroy();
  }
}
