import { pullImage } from '../../client/images/create.ts';
import {
  familiarName,
  parseReference,
  type Reference,
  withDefaultTag,
} from '../../kit/reference/reference.ts';
import type { Cli } from '../cli.ts';
import { authHeader, serverOf } from '../config/credentials.ts';
import { knownCredentials } from '../config/known-credentials.ts';
import { showProgress } from '../progress/show.ts';
import type { Output } from '../terminal/output.ts';

export interface PullOptions {
  readonly platform: string;
  readonly quiet: boolean;
  readonly all: boolean;
  readonly to: Output;
}

/** The header with which the daemon enters the registry of an image. */
export async function registryAuth(cli: Cli, name: Reference): Promise<string> {
  const server = serverOf(name.domain);
  return authHeader(server, await knownCredentials(cli, server));
}

/** Pulls an image and shows how it goes. */
export async function pullWithProgress(cli: Cli, image: string, options: PullOptions): Promise<void> {
  const parsed = parseReference(image);
  const name = options.all ? parsed : withDefaultTag(parsed);
  const client = await cli.client();
  const response = await pullImage(client, {
    fromImage: familiarName(name),
    tag: name.digest ?? name.tag ?? '',
    platform: options.platform,
    auth: await registryAuth(cli, name),
  });
  if (options.quiet) {
    for await (const message of (await import('../progress/json-lines.ts')).jsonLines(response.body)) {
      const detail = message.error;
      if (typeof detail === 'string' && detail !== '') throw new Error(detail);
    }
    return;
  }
  await showProgress(response.body, options.to);
}
