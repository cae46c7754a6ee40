import type { ImageSummary } from '../../client/images/list.ts';
import { familiarName, parseReference } from '../../kit/reference/reference.ts';
import { shortId } from '../format/identity.ts';
import type { Listing } from '../format/listing.ts';
import { goTime } from '../format/time.ts';
import { humanDuration, humanSize } from '../format/units.ts';

/** One line of the list: an image under one of its names. */
export interface ImageRow {
  readonly image: ImageSummary;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

export const imageTable =
  'table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.Size}}';
export const imageTableWithDigests =
  'table {{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.Size}}';

export const imageRaw = (digests: boolean): string =>
  `repository: {{ .Repository }}\ntag: {{.Tag}}\n${digests ? 'digest: {{.Digest}}\n' : ''}image_id: {{.ID}}\ncreated_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n`;

const none = '<none>';

export const isDangling = ({ RepoTags, RepoDigests }: ImageSummary): boolean =>
  (RepoTags.length === 0 && RepoDigests.length === 0) ||
  (RepoTags.length === 1 && RepoTags[0] === '<none>:<none>' && RepoDigests[0] === '<none>@<none>');

function group(names: readonly string[], part: 'tag' | 'digest'): Map<string, string[]> {
  const made = new Map<string, string[]>();
  for (const name of names)
    try {
      const parsed = parseReference(name);
      const repository = familiarName(parsed);
      const value = parsed[part];
      if (value !== undefined) made.set(repository, [...(made.get(repository) ?? []), value]);
    } catch {
      // a name that is none is not shown
    }
  return made;
}

/** The lines of one image: one a tag, and one a digest where a repository has no tag. */
export function imageRows(image: ImageSummary, digestsWanted: boolean, allDigests: boolean): ImageRow[] {
  if (isDangling(image)) return [{ image, repository: none, tag: none, digest: none }];
  const rows: ImageRow[] = [];
  const digests = group(image.RepoDigests, 'digest');
  for (const [repository, tags] of group(image.RepoTags, 'tag')) {
    const own = digestsWanted ? (digests.get(repository) ?? []) : [];
    digests.delete(repository);
    for (const tag of tags)
      for (const digest of own.length === 0 ? [none] : own) rows.push({ image, repository, tag, digest });
  }
  for (const [repository, own] of digests)
    if (allDigests) rows.push(...own.map((digest) => ({ image, repository, tag: none, digest })));
    else rows.push({ image, repository, tag: none, digest: '' });
  return rows;
}

const unknown = (value: number, show: (value: number) => string): string =>
  value === -1 ? 'N/A' : show(value);

export const imageListing = (truncate: boolean): Listing<ImageRow> => ({
  typeName: '*formatter.imageContext',
  headers: {
    ID: 'IMAGE ID',
    Repository: 'REPOSITORY',
    Tag: 'TAG',
    Digest: 'DIGEST',
    CreatedSince: 'CREATED',
    CreatedAt: 'CREATED AT',
    Size: 'SIZE',
    Containers: 'CONTAINERS',
    VirtualSize: 'SIZE',
    SharedSize: 'SHARED SIZE',
    UniqueSize: 'UNIQUE SIZE',
  },
  fields: ({ image, repository, tag, digest }) => ({
    ID: truncate ? shortId(image.Id) : image.Id,
    Repository: repository,
    Tag: tag,
    Digest: digest,
    CreatedSince: () => `${humanDuration(Date.now() - image.Created * 1000)} ago`,
    CreatedAt: () => goTime(image.Created),
    Size: () => humanSize(image.Size, 3),
    Containers: () => unknown(image.Containers, String),
    VirtualSize: () => humanSize(image.Size),
    SharedSize: () => unknown(image.SharedSize, humanSize),
    UniqueSize: () =>
      image.SharedSize === -1 ? 'N/A' : unknown(image.Size, (size) => humanSize(size - image.SharedSize)),
  }),
});
