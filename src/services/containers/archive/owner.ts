import { invalid, messageOf } from '../../../errors/minke-error.ts';
import type { ExtractOptions } from '../../../host/archive/contract.ts';
import type { Context } from '../context.ts';
import { userOf } from '../launch/spec-parts.ts';
import type { LiveContainer } from '../live/container.ts';

/**
 * Whose files become that are copied for the container's user, by the container's own files of accounts.
 * @throws invalid 'failed to look up user "…" in container: …'
 */
export function ownerFor(
  context: Context,
  { record }: LiveContainer,
  root: string,
): NonNullable<ExtractOptions['ownership']> {
  if (record.config.User === '') return 'archive';
  try {
    const { uid, gid } = userOf(context, root, record.config.User, null);
    return { uid, gid };
  } catch (error) {
    const [, kind, name, reason] =
      /^unable to find (user|group) (.*): (no matching .*)$/s.exec(messageOf(error)) ?? [];
    if (kind === undefined) throw error;
    throw invalid(`failed to look up ${kind} ${JSON.stringify(name)} in container: ${reason}`, error);
  }
}
