import type { Client } from '../client.ts';
import type { RequestBody, Response } from '../http/connection.ts';
import { number, object, parseJson, text } from '../json.ts';
import { namePath } from '../query.ts';

/** What the daemon says of a path: Go's file mode bits, `linkTarget` for a symbolic link. */
export interface PathStat {
  readonly name: string;
  readonly size: number;
  readonly mode: number;
  readonly linkTarget: string;
}

export const goModeDirectory = 0x80000000;
export const goModeSymlink = 0x08000000;

function pathStat(header: string | undefined): PathStat {
  const data = object(parseJson(Buffer.from(header ?? '', 'base64').toString()));
  return {
    name: text(data.name),
    size: number(data.size),
    mode: number(data.mode),
    linkTarget: text(data.linkTarget),
  };
}

const route = (container: string): string => `/containers/${namePath('container', container)}/archive`;

/** `HEAD /containers/{id}/archive`. */
export async function statPath(client: Client, container: string, path: string): Promise<PathStat> {
  const response = await client.open('HEAD', route(container), { query: { path } });
  return pathStat(response.headers.get('x-docker-container-path-stat'));
}

/** `GET /containers/{id}/archive`: a tar, and what the path is. */
export async function readArchive(
  client: Client,
  container: string,
  path: string,
): Promise<{ readonly stat: PathStat; readonly response: Response }> {
  const response = await client.open('GET', route(container), { query: { path } });
  return { stat: pathStat(response.headers.get('x-docker-container-path-stat')), response };
}

export interface WriteArchive {
  readonly noOverwriteDirNonDir?: boolean;
  readonly copyUidGid?: boolean;
}

/** `PUT /containers/{id}/archive`: unpacks a tar below `path`. */
export async function writeArchive(
  client: Client,
  container: string,
  path: string,
  tar: RequestBody,
  options: WriteArchive = {},
): Promise<void> {
  await client.text('PUT', route(container), {
    query: {
      path,
      noOverwriteDirNonDir: options.noOverwriteDirNonDir ? 'true' : undefined,
      copyUIDGID: options.copyUidGid ? 'true' : undefined,
    },
    raw: tar,
    type: 'application/x-tar',
  });
}
