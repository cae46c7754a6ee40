import { matchesExactly, matchesLabels, matchesPrefix } from '../../kit/filters/filters.ts';
import { familiarName, parseReference } from '../../kit/reference/reference.ts';
import type { EngineEvent, EventQuery } from './contract.ts';

/** These filters name an actor, by the start of its id or of its name; they are actor types at the same time. */
const actorFilters = [
  'daemon',
  'container',
  'plugin',
  'volume',
  'network',
  'service',
  'node',
  'secret',
  'config',
];

/** Actions that carry a text behind a colon (`exec_start: sh`); a filter that names one matches by prefix. */
const actionsWithText = ['health_status', 'exec_create', 'exec_start'];

function matchesAction(event: EngineEvent, filters: EventQuery['filters']): boolean {
  const wanted = filters.get('event') ?? [];
  const loose = actionsWithText.some((action) => wanted.includes(action));
  return loose
    ? matchesPrefix(filters, 'event', event.Action)
    : matchesExactly(filters, 'event', event.Action);
}

function withoutTag(image: string): string {
  try {
    return familiarName(parseReference(image));
  } catch {
    return image;
  }
}

/** An image by id or name, with or without its tag; for containers by the image they were made from. */
function matchesImage(event: EngineEvent, filters: EventQuery['filters']): boolean {
  if ((filters.get('image') ?? []).length === 0) return true;
  const { ID, Attributes } = event.Actor;
  const name = (event.Type === 'image' ? Attributes.name : Attributes.image) ?? '';
  return [ID, name, withoutTag(ID), withoutTag(name)].some((text) => matchesExactly(filters, 'image', text));
}

/** Whether the event is one that the filters ask for, as in Docker: all names must agree, any value of a name. */
export function matchesEvent(event: EngineEvent, filters: EventQuery['filters']): boolean {
  if (filters.size === 0) return true;
  const { ID, Attributes } = event.Actor;
  return (
    matchesExactly(filters, 'type', event.Type) &&
    matchesAction(event, filters) &&
    matchesExactly(filters, 'scope', event.scope) &&
    actorFilters.every(
      (name) => matchesPrefix(filters, name, ID) || matchesPrefix(filters, name, Attributes.name ?? ''),
    ) &&
    matchesImage(event, filters) &&
    matchesLabels(filters, 'label', Attributes)
  );
}
