/** One engine event as GET /events sends it. */
export interface EventFields {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly scope: string;
  readonly time: number;
  readonly timeNano: bigint;
}

/** `status`, `id` and `from`, which containers and images had before events had actors. Sent before API 1.52. */
function legacyFields(event: EventFields): Record<string, string> {
  if (event.Type !== 'container' && event.Type !== 'image') return {};
  const { image } = event.Actor.Attributes;
  return {
    status: event.Action,
    id: event.Actor.ID,
    ...(event.Type === 'container' && image ? { from: image } : {}),
  };
}

/** JSON without a line end. `timeNano` is a number above 2^53, which JSON can say and a double can't. */
export function encodeEvent(event: EventFields): string {
  const { Type, Action, Actor, scope, time } = event;
  const head = JSON.stringify({ ...legacyFields(event), Type, Action, Actor, scope, time });
  return `${head.slice(0, -1)},"timeNano":${event.timeNano}}`;
}
