import { invalid } from '../../../errors/minke-error.ts';
import { flag, text } from '../../../wire/api/fields.ts';
import { tar } from '../../../wire/api/media-types.ts';
import { encodePathStat, pathStatHeader } from '../../../wire/api/path-stat.ts';
import { type Answer, ok } from '../../answer.ts';
import { route, streamBody } from '../../route.ts';

const path = '/containers/{id*}/archive';

function named(place: string): string {
  if (place === '') throw invalid('bad parameter: pathcannot be empty');
  return place;
}

export const archiveInfo = route({
  method: 'HEAD',
  path,
  operation: 'ContainerArchiveInfo',
  since: 24,
  query: { path: text },
  handle: async ({ params, query }, { containers }): Promise<Answer> => {
    const stat = await containers.statPath(params.id, named(query.path));
    return { kind: 'empty', status: 200, headers: { [pathStatHeader]: encodePathStat(stat) } };
  },
});

export const archive = route({
  method: 'GET',
  path,
  operation: 'ContainerArchive',
  since: 24,
  query: { path: text },
  handle: async ({ params, query, signal }, { containers }): Promise<Answer> => {
    const found = await containers.readArchive(params.id, named(query.path), signal);
    const headers = { [pathStatHeader]: encodePathStat(found.stat) };
    return { kind: 'bytes', contentType: tar, headers, body: found.tar, gzip: true, ownedChunks: true };
  },
});

export const putArchive = route({
  method: 'PUT',
  path,
  operation: 'PutContainerArchive',
  since: 24,
  query: { path: text, noOverwriteDirNonDir: flag(), copyUIDGID: flag() },
  body: streamBody,
  handle: async ({ params, query, body }, { containers }) => {
    const { noOverwriteDirNonDir, copyUIDGID } = query;
    await containers.writeArchive(params.id, named(query.path), body, {
      noOverwriteDirNonDir,
      copyUidGid: copyUIDGID,
    });
    return ok;
  },
});
