import type { Client } from '../../client/client.ts';
import { bool, isObject, type Json, list, number, object, text, texts } from '../../client/json.ts';
import { encodeFilters, type Filters } from '../../client/query.ts';
import type { Cli } from '../cli.ts';
import { shortId } from '../format/identity.ts';
import { align } from '../format/tabwriter.ts';
import { humanSize } from '../format/units.ts';

interface Line {
  readonly name: string;
  readonly id: string;
  readonly size: string;
  readonly content: string;
  readonly used: boolean;
}

function platformOf(value: Json): string {
  const data = object(value);
  return [text(data.os), text(data.architecture), text(data.variant)].filter((part) => part !== '').join('/');
}

/** The images of the manifests below an image, one a platform. */
function children(image: Json): Line[] {
  return list(object(image).Manifests, object)
    .filter((manifest) => text(manifest.Kind) === 'image' && bool(manifest.Available))
    .map((manifest) => {
      const size = object(manifest.Size);
      const data = object(manifest.ImageData);
      return {
        name: `└─ ${platformOf(data.Platform ?? null)}`,
        id: shortId(text(manifest.ID)),
        size: humanSize(number(size.Total), 3),
        content: humanSize(number(size.Content), 3),
        used: list(data.Containers, text).length > 0,
      };
    });
}

/** Images with the platforms below them: `GET /images/json?manifests=1`. */
export async function showTree(
  cli: Cli,
  client: Client,
  options: { readonly all: boolean; readonly filters: Filters },
): Promise<number> {
  const answer = await client.json('GET', '/images/json', {
    query: { all: options.all || undefined, filters: encodeFilters(options.filters), manifests: true },
  });
  let table = 'IMAGE\tID\tDISK USAGE\tCONTENT SIZE\tEXTRA\n';
  for (const image of list(answer, object)) {
    const names = texts(image.RepoTags);
    const below = children(image);
    const total = number(image.Size);
    const content = list(image.Manifests, (item) => number(object(object(item).Size).Content)).reduce(
      (sum, size) => sum + size,
      0,
    );
    const used = number(image.Containers) > 0 || below.some((line) => line.used);
    const shown = names.length === 0 ? ['<untagged>'] : names;
    shown.forEach((name, index) => {
      const last = index === shown.length - 1;
      table += last
        ? `${name}\t${shortId(text(image.Id))}\t${humanSize(total, 3)}\t${humanSize(content, 3)}\t${used ? 'U' : ''}\n`
        : `${name}\t\t\t\t\n`;
    });
    for (const line of below)
      table += `${line.name}\t${line.id}\t${line.size}\t${line.content}\t${line.used ? 'U' : ''}\n`;
    void isObject;
  }
  cli.out.text(align(table));
  return 0;
}
