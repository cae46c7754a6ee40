import type { Cli } from '../cli.ts';
import { contextName } from '../connect.ts';
import { ContextStore, type StoredContext, tlsFiles } from './context-store.ts';
import { normalHost } from './endpoint.ts';
import { tlsFromFlags } from './tls-files.ts';

/** The context `default`: what flags and environment say. */
export function defaultContext(cli: Cli): StoredContext {
  const tls = cli.globals.tls || cli.globals.tlsverify || (cli.env.DOCKER_TLS_VERIFY ?? '') !== '';
  return {
    name: 'default',
    description: 'Current DOCKER_HOST based configuration',
    host: normalHost(cli.globals.host[0] ?? cli.env.DOCKER_HOST ?? '', tls),
    skipTlsVerify: tls && !tlsFromFlags(cli).verify,
  };
}

/** A context by name, `default` included. Throws `ContextNotFound`. */
export const getContext = (cli: Cli, name: string): StoredContext =>
  name === 'default' ? defaultContext(cli) : new ContextStore(cli.configDirectory).get(name);

/** What `context inspect` shows of one. */
export function inspectContext(cli: Cli, name: string): string {
  const context = getContext(cli, name);
  const store = new ContextStore(cli.configDirectory);
  const files = name === 'default' ? [] : tlsFiles.filter((file) => store.tls(name, file) !== undefined);
  const memory = '<IN MEMORY>';
  const shown = JSON.stringify({
    Name: context.name,
    Metadata: name === 'default' || context.description === '' ? {} : { Description: context.description },
    Endpoints: { docker: { Host: context.host, SkipTLSVerify: context.skipTlsVerify } },
    TLSMaterial: files.length === 0 ? {} : { docker: files },
    Storage: {
      MetadataPath: name === 'default' ? memory : store.metaFolder(name),
      TLSPath: name === 'default' ? memory : store.tlsFolder(name),
    },
  });
  return shown.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026');
}

/** Says that the environment has the last word over the context that was chosen. */
export function warnAboutEnvironment(cli: Cli, chosen?: string): void {
  if (!cli.env.DOCKER_HOST || cli.globals.context !== '') return;
  const which = chosen === undefined ? 'a context' : JSON.stringify(chosen);
  cli.err.line(
    `Warning: DOCKER_HOST environment variable overrides the active context. To use ${which}, either set the global --context flag, or unset DOCKER_HOST environment variable.`,
  );
}

export const isCurrent = (cli: Cli, name: string): boolean => contextName(cli) === name;
