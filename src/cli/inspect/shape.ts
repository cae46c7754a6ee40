/**
 * Shapes: the structures of Docker's Go client, whose field names, order and zero values templates of `--format` show.
 * Written as text, a paragraph a structure: its name, then its fields, `Name:key? type`. The key is the field's in JSON
 * where it is another; `?` leaves it out of JSON where it is empty; `...type` embeds. Types are `string int bool float
 * time duration any empty`, the name of a structure, and those behind `*` (pointer), `[]` (list) and `{}` (map).
 */
export interface Field {
  readonly name: string;
  readonly key: string;
  readonly omitEmpty: boolean;
  readonly type: string;
  readonly embedded: boolean;
}

export type Shapes = ReadonlyMap<string, readonly Field[]>;

/** Reads shapes. Throws where the text is none: they are part of the program. */
export function readShapes(text: string): Shapes {
  const shapes = new Map<string, readonly Field[]>();
  for (const [, name = '', body = ''] of text.matchAll(/^([\w.]+):\n((?: {2}.*\n)*)/gm))
    shapes.set(
      name,
      body
        .split(',')
        .filter((item) => item.trim() !== '')
        .map(field),
    );
  return shapes;
}

function field(source: string): Field {
  const words = source.trim();
  if (words.startsWith('...')) {
    const type = words.slice(3);
    const name = type.slice(type.lastIndexOf('.') + 1);
    return { name, key: name, omitEmpty: false, type, embedded: true };
  }
  const match = /^(\w+)(?::(\w+))?(\?)?\s+(\S+)$/.exec(words);
  if (match === null) throw new Error(`not a field of a shape: ${words}`);
  const [, name = '', key = name, optional, type = ''] = match;
  return { name, key, omitEmpty: optional !== undefined, type, embedded: false };
}
