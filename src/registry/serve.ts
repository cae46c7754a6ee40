/** A whole registry out of its settings: everything is constructed here, from the bottom to the top. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { ListenOptions } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../errors/minke-error.ts';
import type { Logger } from '../kit/log/logger.ts';
import { authentication } from './auth/authentication.ts';
import { isLocal, parseListen } from './config/listen.ts';
import type { Config } from './config/schema.ts';
import { type Collection, collect } from './gc/collect.ts';
import { addressOf, closeServer, createRegistryServer, type TlsMaterial } from './http/server.ts';
import { Metrics } from './metrics/metrics.ts';
import type { UpstreamRule } from './proxy/contract.ts';
import { PullThrough } from './proxy/pull-through.ts';
import { Quotas } from './quota/quotas.ts';
import { retain } from './retention/retain.ts';
import { CachedStorage } from './storage/cached.ts';
import type { RegistryStorage } from './storage/contract.ts';
import { Blobs } from './store/blobs.ts';
import { Manifests } from './store/manifests.ts';
import { Referrers } from './store/referrers.ts';
import { Repositories } from './store/repositories.ts';
import { Tags } from './store/tags.ts';
import { Touches } from './store/touches.ts';
import { Uploads } from './store/uploads.ts';
import { Webhooks } from './webhooks/webhooks.ts';

export interface ServeParts {
  readonly storage: RegistryStorage;
  /** Copies of other registries, as the config names them. */
  readonly upstreams: readonly UpstreamRule[];
  readonly log: Logger;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

export interface RunningRegistry {
  /** `127.0.0.1:5000`; of a socket its path. */
  readonly address: string;
  /** Null where there is no page of metrics. */
  readonly metricsAddress: string | null;
  /** Applies the rules of retention and collects what nobody needs; once at a time. */
  collect(): Promise<Collection>;
  /** Reads certificates anew. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds that requests get to end at the close. */
const PATIENCE = 10_000;
/** Milliseconds that webhooks get to tell what is left. */
const LAST_WORDS = 2000;
/** Milliseconds; a timer takes no more. */
const LONGEST_TIMER = 2 ** 31 - 1;

export async function serveRegistry(config: Config, parts: ServeParts): Promise<RunningRegistry> {
  const { log, now = Date.now } = parts;
  const ending = new AbortController();
  const listen = parseListen(config.listen);
  const metricsListen = config.metrics === undefined ? null : parseListen(config.metrics.listen);
  const tls = await tlsMaterial(config);
  const metrics = new Metrics();
  const auth = await authentication(config, log);
  warnOf(config, listen, log);

  const storage = new CachedStorage(parts.storage);
  const touches = new Touches(config.gc.grace, now);
  const repositories = new Repositories(storage);
  const blobs = new Blobs(storage, touches, repositories);
  const tags = new Tags(storage);
  const referrers = new Referrers(storage);
  const manifests = new Manifests(storage, { blobs, tags, referrers, repositories });
  const uploads = new Uploads(storage, blobs, now);
  const quotas = new Quotas(config.quotas, { blobs, repositories });
  const webhooks = new Webhooks(await hooksOf(config), { log, metrics, signal: ending.signal });
  const pullThrough =
    parts.upstreams.length === 0
      ? null
      : new PullThrough({
          rules: parts.upstreams,
          manifests,
          blobs,
          uploads,
          log,
          now,
          signal: ending.signal,
        });
  const server = createRegistryServer({
    tls,
    log,
    metrics,
    auth: auth.authenticator,
    registry: {
      switches: { readOnly: config.readOnly, delete: config.delete },
      repositories,
      blobs,
      manifests,
      tags,
      referrers,
      uploads,
      quotas,
      notify: (event) => webhooks.notify(event),
      pullThrough,
      tokens: auth.tokens,
    },
  });

  const served = now();
  const policy = { grace: config.gc.grace, uploads: config.uploads.expire, served };
  let collecting: Promise<Collection> | undefined;
  const collectNow = async (): Promise<Collection> => {
    const rules = { tags: retentionRules(config), untagged: config.untagged };
    const retained = await retain({ repositories, manifests, tags, log }, rules, now());
    const changed = quotas.changed.bind(quotas);
    const done = await collect(
      { repositories, manifests, blobs, uploads, touches, log, changed },
      policy,
      now(),
    );
    log.info('collected', { ...done, tags: retained.tags, manifests: retained.manifests });
    metrics.count('minke_registry_collected_bytes_total', 'Bytes freed by collections.', {}, done.bytes);
    return done;
  };
  const collectOnce = (): Promise<Collection> => {
    collecting ??= collectNow().finally(() => {
      collecting = undefined;
    });
    return collecting;
  };
  const timer = config.gc.enabled
    ? setInterval(
        () => {
          collectOnce().catch((error: unknown) =>
            log.error('a collection failed', { error: messageOf(error) }),
          );
        },
        Math.min(Math.max(config.gc.interval, 1000), LONGEST_TIMER),
      ).unref()
    : undefined;

  let metricsServer: Server | null = null;
  try {
    await listening(server, listen);
    if (metricsListen !== null) {
      metricsServer = metricsPage(metrics);
      await listening(metricsServer, metricsListen);
    }
  } catch (error) {
    clearInterval(timer);
    server.close();
    throw error;
  }
  const address = addressOf(server);
  log.info('registry listens', { address, tls: tls !== null });
  return {
    address,
    metricsAddress: metricsServer === null ? null : addressOf(metricsServer),
    collect: collectOnce,
    async reload() {
      const fresh = await tlsMaterial(config);
      if (fresh !== null && 'setSecureContext' in server) {
        (server as import('node:https').Server).setSecureContext({ ...fresh, minVersion: 'TLSv1.2' });
      }
    },
    async close() {
      clearInterval(timer);
      await closeServer(server, PATIENCE);
      if (metricsServer !== null) await closeServer(metricsServer, 0);
      // What has happened is told, where the receivers are quick.
      await Promise.race([webhooks.settled(), pause(LAST_WORDS, undefined, { ref: false })]);
      ending.abort();
      await collecting?.catch(() => {});
      await webhooks.settled();
      await storage.close();
    },
  };
}

async function tlsMaterial({ tls }: Config): Promise<TlsMaterial | null> {
  if (tls === undefined) return null;
  return {
    cert: await readFile(tls.certificate, 'utf8'),
    key: await readFile(tls.key, 'utf8'),
    ...(tls.clientCa === undefined ? {} : { ca: await readFile(tls.clientCa, 'utf8') }),
  };
}

const hooksOf = (config: Config) =>
  Promise.all(
    config.webhooks.map(async ({ secretFile, ...hook }) => ({
      ...hook,
      secret: secretFile === undefined ? null : (await readFile(secretFile, 'utf8')).trim(),
    })),
  );

const retentionRules = (config: Config) =>
  config.retention.map(({ repositories, tags, keep, within }) => ({
    repositories,
    tags,
    keep: keep ?? null,
    within: within ?? null,
  }));

function warnOf(config: Config, listen: ListenOptions, log: Logger): void {
  const open = config.auth.htpasswd === undefined && config.auth.token === undefined;
  if (open && config.tls?.clientCa === undefined && !isLocal(listen)) {
    log.warn('everybody who reaches this registry may push and delete: there is no auth');
  }
  if (!open && config.tls === undefined && !isLocal(listen)) {
    log.warn(
      'passwords and tokens come in the clear: there is no tls (well, where something in front has it)',
    );
  }
}

const listening = (server: Server, options: ListenOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve();
    });
  });

/** `GET /metrics`, and `GET /healthz` for who watches it. */
function metricsPage(metrics: Metrics): Server {
  return createServer((request, response) => {
    if (request.url === '/healthz') return response.end('ok\n');
    if (request.url !== '/metrics') {
      response.statusCode = 404;
      return response.end();
    }
    response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    return response.end(metrics.text());
  });
}
