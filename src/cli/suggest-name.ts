import type { Cli } from './cli.ts';
import { namesOf } from './completion/names.ts';
import type { CompletionSource } from './flags/kind.ts';
import { suggestions } from './suggest.ts';

/** What daemons say of a name that nothing has, and among what it was looked for. */
const complaints: readonly (readonly [RegExp, readonly CompletionSource[]])[] = [
  [/No such container: (\S+)/, ['containers']],
  [/No such image: (\S+)/, ['images']],
  [/pull access denied for ([^\s,]+)/, ['images']],
  [/Unable to find image '(\S+)' locally/, ['images']],
  [/network (\S+) not found/, ['networks']],
  [/get (\S+): no such volume/, ['volumes']],
  [/No such object: (\S+)/, ['containers', 'images', 'networks', 'volumes']],
];

/** Names of objects that a message may have meant; asks the daemon. */
export async function namesLike(cli: Cli, message: string): Promise<string[]> {
  for (const [complaint, sources] of complaints) {
    const name = complaint.exec(message)?.[1];
    if (name === undefined) continue;
    const known = (await Promise.all(sources.map((source) => namesOf(cli, source)))).flat();
    const words = known.map(([word]) => word);
    // An image is known by its name with a tag; `latest` is left out by those who type.
    return suggestions(name.replace(/:latest$/, ''), [
      ...words,
      ...words.filter((word) => word.endsWith(':latest')).map((word) => word.slice(0, -':latest'.length)),
    ]);
  }
  return [];
}
