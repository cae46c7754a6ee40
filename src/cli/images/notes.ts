import { type JsonObject, object, text } from '../../client/json.ts';
import type { Output } from '../terminal/output.ts';

const header = ' Info -> ';

/** A remark below the output, as docker's client sets it. */
export function printNote(out: Output, note: string): void {
  const [first = '', ...more] = note.split('\n');
  out.line('');
  out.line(`${header}${first}`);
  for (const line of more) out.line(`${' '.repeat(header.length)}${line}`);
}

export const platformNote = `Using --platform pushes only the specified platform manifest of a multi-platform image index.
Other components, like attestations, will not be included.
To push the complete multi-platform image, remove the --platform flag.
`;

/** What an `aux` document of a push has to say to people; undefined where nothing. */
export function noteOf(aux: JsonObject): string | undefined {
  if (aux.manifestPushedInsteadOfIndex !== true) return undefined;
  const [index, selected] = [object(aux.originalIndex), object(aux.selectedManifest)];
  return `Not all multiplatform-content is present and only the available single-platform image was pushed\n${text(index.digest)} -> ${text(selected.digest)}`;
}
