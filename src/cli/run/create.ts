import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createContainer } from '../../client/containers/create.ts';
import { isKind, messageOf } from '../../errors/minke-error.ts';
import {
  familiarString,
  parseReference,
  type Reference,
  withDefaultTag,
} from '../../kit/reference/reference.ts';
import type { Cli } from '../cli.ts';
import { proxyVariables } from '../config/proxies.ts';
import { fileFailure } from '../files/failure.ts';
import { refuseContentTrust } from '../images/content-trust.ts';
import { platformJson } from '../images/platform.ts';
import { StatusError, usageStatus } from '../status-error.ts';
import { type CreateBody, type CreateValues, createBody } from './body.ts';

export interface CreateRequest {
  readonly flags: CreateValues;
  readonly changed: ReadonlySet<string>;
  readonly args: readonly string[];
  /** As it was called without the program's name, for the hint at help: `run`. */
  readonly verb: string;
}

/** An error of `run` or `create`, with where help is. */
export const withHelp = (cli: Cli, message: string, verb: string, status: number): StatusError =>
  new StatusError(
    `${cli.program}: ${message}\n\nRun '${cli.program} ${verb} --help' for more information`,
    status,
  );

/** Flags of daemons on Windows. */
const foreign = ['cpu-count', 'cpu-percent', 'io-maxbandwidth', 'io-maxiops'];

function refuseForeign(changed: ReadonlySet<string>): void {
  const lines = foreign
    .filter((name) => changed.has(name))
    .map(
      (name) =>
        `"--${name}" is only supported on a Docker daemon running on windows, but the Docker daemon is running on linux`,
    );
  if (lines.length > 0) throw new StatusError(lines.join('\n'), 1);
}

/** The body for the daemon; mistakes end with status 125 as Docker's. */
export async function bodyOf(cli: Cli, request: CreateRequest): Promise<CreateBody> {
  const { flags } = request;
  refuseForeign(request.changed);
  const pull = flags.pull;
  try {
    refuseContentTrust(cli.env, flags, request.changed);
    if (!['always', 'missing', 'never', ''].includes(pull))
      throw new Error(`invalid pull option: '${pull}': must be one of "always", "missing" or "never"`);
    return createBody({
      flags,
      changed: request.changed,
      image: request.args[0] ?? '',
      command: request.args.slice(1),
      env: cli.env,
      directory: process.cwd(),
      proxies: proxyVariables(cli.config, (await cli.client()).host),
    });
  } catch (error) {
    throw withHelp(cli, error instanceof Error ? error.message : String(error), request.verb, usageStatus);
  }
}

/** Ids have no name to pull by. */
function nameOf(image: string): Reference | undefined {
  if (/^(?:sha256:)?[a-f0-9]{64}$/.test(image)) return undefined;
  return withDefaultTag(parseReference(image));
}

/** Creates the container, pulling its image first where asked or needed. Warnings go to the error stream. */
export async function createFrom(cli: Cli, request: CreateRequest, body: CreateBody): Promise<string> {
  const { flags } = request;
  const cidfile = flags.cidfile;
  if (cidfile !== '' && existsSync(cidfile))
    throw new Error(
      `container ID file found, make sure the other container isn't running or delete ${cidfile}`,
    );
  try {
    if (cidfile !== '') writeFileSync(cidfile, '');
  } catch (error) {
    throw new Error(`failed to create the container ID file: ${fileFailure(cidfile, error).message}`, {
      cause: error,
    });
  }
  let written = false;
  try {
    const name = nameOf(body.Image);
    checkPlatform(flags.platform);
    if (flags['use-api-socket']) await (await import('./api-socket.ts')).shareSocket(cli, body);
    if (flags.pull === 'always') await pull(cli, body.Image, flags);
    body.HostConfig.ConsoleSize = cli.out.isTerminal ? [cli.out.rows, cli.out.columns] : [0, 0];
    const client = await cli.client();
    const options = { name: flags.name, platform: flags.platform };
    const created = await createContainer(client, body, options).catch(async (error: unknown) => {
      if (!isKind(error, 'not-found') || name === undefined || flags.pull !== 'missing') throw error;
      if (!flags.quiet) cli.err.line(`Unable to find image '${familiarString(name)}' locally`);
      await pull(cli, body.Image, flags);
      return createContainer(client, body, options);
    });
    for (const warning of created.warnings) cli.err.line(`WARNING: ${warning}`);
    if (cidfile !== '') writeFileSync(cidfile, created.id);
    written = true;
    return created.id;
  } finally {
    if (cidfile !== '' && !written) rmSync(cidfile, { force: true });
  }
}

function checkPlatform(platform: string): void {
  try {
    platformJson(platform);
  } catch (error) {
    throw new Error(`error parsing specified platform: ${messageOf(error)}`, { cause: error });
  }
}

async function pull(cli: Cli, image: string, flags: CreateValues): Promise<void> {
  const { pullWithProgress } = await import('../images/pull.ts');
  await pullWithProgress(cli, image, {
    platform: flags.platform,
    quiet: flags.quiet,
    to: cli.err,
    all: false,
  });
}
