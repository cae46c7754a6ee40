import { familiarName, familiarString, type Reference } from '../../kit/reference/reference.ts';
import type { Digest } from '../../wire/digest.ts';
import type { ImageParts } from './parts.ts';

export type ImageAction = 'create' | 'delete' | 'import' | 'load' | 'save' | 'tag' | 'untag';

/** The event carries the image's labels while the image is there, and a name: a reference, or the id. */
export function announce(
  parts: ImageParts,
  action: ImageAction,
  id: Digest,
  name: string = id,
  more: Readonly<Record<string, string>> = {},
): void {
  const labels = parts.catalog.get(id)?.config.config?.Labels ?? {};
  parts.events.publish({ type: 'image', action, id, attributes: { ...labels, name, ...more } });
}

/** Of a pull or push the event names the reference as it was asked for, and the repository. */
export function announceTransfer(parts: ImageParts, action: 'pull' | 'push', ref: Reference): void {
  const id = ref.tag === undefined && ref.digest === undefined ? undefined : parts.names.get(ref);
  const labels = (id === undefined ? undefined : parts.catalog.get(id)?.config.config?.Labels) ?? {};
  parts.events.publish({
    type: 'image',
    action,
    id: familiarString(ref),
    attributes: { ...labels, name: familiarName(ref) },
  });
}
