import { isRepositoryName } from '../../names.ts';
import { type Action, actions, type Need } from '../contract.ts';

/** A part of a token's `access` claim (distribution, "Token Authentication Specification"). */
export interface AccessEntry {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

const isAction = (text: string): text is Action => actions.some((action) => action === text);

/** `repository:team/app:pull,push`, or several with spaces between. What is not understood is left out. */
export function parseScope(text: string): AccessEntry[] {
  return text
    .split(' ')
    .filter((part) => part !== '')
    .slice(0, 100)
    .flatMap((part) => {
      const first = part.indexOf(':');
      const last = part.lastIndexOf(':');
      if (first < 1 || last <= first) return [];
      const type = part.slice(0, first).replace(/\([^)]*\)$/, '');
      return [{ type, name: part.slice(first + 1, last), actions: part.slice(last + 1).split(',') }];
    });
}

/** How a client is told what it needs. */
export function showScope(needs: readonly Need[]): string {
  return needs
    .map(({ name, action }) => {
      if (name === null) return 'registry:catalog:*';
      // Clients know no `create`; and who pushes looks first at what is there.
      const wanted = action === 'create' || action === 'push' ? 'pull,push' : action;
      return `repository:${name}:${wanted}`;
    })
    .join(' ');
}

/** Whether the entries of a token give what a request needs. */
export function entriesAllow(entries: readonly AccessEntry[], { action, name }: Need): boolean {
  if (name === null) {
    return entries.some(
      (entry) => entry.type === 'registry' && entry.name === 'catalog' && entry.actions.includes('*'),
    );
  }
  return entries.some(
    (entry) =>
      entry.type === 'repository' &&
      entry.name === name &&
      (entry.actions.includes(action) ||
        entry.actions.includes('*') ||
        (action === 'create' && entry.actions.includes('push'))),
  );
}

/** The part of what is asked for that `may` allows; entries of which nothing is left go. */
export function narrowed(asked: readonly AccessEntry[], may: (need: Need) => boolean): AccessEntry[] {
  return asked.flatMap((entry) => {
    const given = entry.actions.flatMap((action) => allowedAs(entry, action, may));
    return given.length === 0 ? [] : [{ ...entry, actions: [...new Set(given)] }];
  });
}

/** A user who may only create gets `create` for the `push` that every client asks for. */
function allowedAs(entry: AccessEntry, action: string, may: (need: Need) => boolean): string[] {
  if (entry.type === 'registry') {
    return entry.name === 'catalog' && action === '*' && may({ action: 'catalog', name: null }) ? ['*'] : [];
  }
  const { name } = entry;
  if (entry.type !== 'repository' || !isRepositoryName(name)) return [];
  const possible = action === '*' ? actions.filter((one) => one !== 'catalog') : [action];
  return possible.flatMap((one) => {
    if (!isAction(one)) return [];
    if (may({ action: one, name })) return [one];
    return one === 'push' && may({ action: 'create', name }) ? ['create'] : [];
  });
}
