import type { Digest } from '../../wire/digest.ts';
import type { ImageParts } from './parts.ts';

export type ImageAction = 'create' | 'delete' | 'import' | 'load' | 'save' | 'tag' | 'untag';

/** The event carries the image's labels while the image is there, and a name: a reference, or the id. */
export function announce(parts: ImageParts, action: ImageAction, id: Digest, name: string = id): void {
  const labels = parts.catalog.get(id)?.config.config?.Labels ?? {};
  parts.events.publish({ type: 'image', action, id, attributes: { ...labels, name } });
}
