import { imageReferrers, type Referrer } from '../../../client/images/referrers.ts';
import { parseReference, referenceString, withDefaultTag } from '../../../kit/reference/reference.ts';
import { command as define } from '../../command.ts';
import { listingFormat, noTrunc } from '../../format/flags.ts';
import { shortId } from '../../format/identity.ts';
import { type Listing, parseFormat, writeListing } from '../../format/listing.ts';
import { humanSize } from '../../format/units.ts';
import { registryAuth } from '../../images/pull.ts';

const table = '{{.Digest}}\t{{.ArtifactType}}\t{{.Created}}\t{{.Size}}';

const listing = (truncate: boolean): Listing<Referrer> => ({
  typeName: '*image.referrersContext',
  headers: {
    Digest: 'DIGEST',
    ArtifactType: 'TYPE',
    Created: 'CREATED',
    Size: 'SIZE',
    MediaType: 'MEDIA TYPE',
    Annotations: 'ANNOTATIONS',
  },
  fields: (referrer) => ({
    Digest: truncate ? shortId(referrer.digest) : referrer.digest,
    ArtifactType: referrer.artifactType,
    Created: referrer.annotations['org.opencontainers.image.created'] ?? '',
    Size: humanSize(referrer.size, 3),
    MediaType: referrer.mediaType,
    Annotations: Object.entries(referrer.annotations)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
  }),
});

export const command = define({
  usage: '[OPTIONS] NAME[:TAG|@DIGEST]',
  arity: { min: 1, max: 1 },
  description: 'List what refers to an image at its registry: signatures, attestations, lists of parts.',
  examples: ['minke image referrers registry.example/app:1'],
  completeArgs: ['images'],
  flags: { format: listingFormat, 'no-trunc': noTrunc },
  async run(cli, { flags, args }) {
    const ref = withDefaultTag(parseReference(args[0] ?? ''));
    const found = await imageReferrers(
      await cli.client(),
      referenceString(ref),
      await registryAuth(cli, ref),
    );
    const format = parseFormat(flags.format === '' ? 'table' : flags.format, table);
    writeListing(cli, format, listing(!flags['no-trunc']), found);
    return 0;
  },
});
