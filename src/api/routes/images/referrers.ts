import { parseAuthHeader } from '../../../wire/registry/auth-header.ts';
import { json } from '../../answer.ts';
import { route } from '../../route.ts';
import { registryAuth } from './registry-auth.ts';

/** What refers to that name's manifest at its registry. Ours. */
export const referrers = route({
  method: 'GET',
  path: '/distribution/{name*}/referrers',
  operation: null,
  since: 24,
  handle: async ({ params, headers, signal }, { images }) => {
    const found = await images.referrers(params.name, parseAuthHeader(registryAuth(headers)), signal);
    return json({
      Subject: found.subject,
      Referrers: found.referrers.map((one) => ({
        Digest: one.digest,
        MediaType: one.mediaType,
        ArtifactType: one.artifactType,
        Size: one.size,
        Annotations: one.annotations,
      })),
    });
  },
});
