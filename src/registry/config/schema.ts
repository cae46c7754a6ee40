/** The config file: what may stand in it, what it means where it does not, all in one place. */
import * as v from 'valibot';
import { actions } from '../auth/contract.ts';
import { absolute, bytes, duration, httpUrl, patterns } from './kinds.ts';

const names = v.array(v.pipe(v.string(), v.nonEmpty()));

const FilesystemSchema = v.strictObject({ filesystem: v.strictObject({ root: absolute }) });
const MemorySchema = v.strictObject({ memory: v.strictObject({}) });
const S3Schema = v.strictObject({
  s3: v.strictObject({
    /** `https://s3.eu-central-1.amazonaws.com`, `http://127.0.0.1:9000`: without the bucket. */
    endpoint: httpUrl,
    bucket: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'not a name of a bucket')),
    region: v.optional(v.string(), 'us-east-1'),
    /** Before every key. */
    prefix: v.optional(v.pipe(v.string(), v.regex(/^(?:[A-Za-z0-9._-]+\/)*$/, 'ends with a slash')), ''),
    accessKeyFile: absolute,
    secretKeyFile: absolute,
  }),
});

const AccessSchema = v.pipe(
  v.strictObject({
    users: v.optional(names, []),
    anonymous: v.optional(v.boolean(), false),
    repositories: v.optional(patterns, ['**']),
    actions: v.pipe(v.array(v.picklist(actions)), v.minLength(1)),
  }),
  v.check(
    (rule) => rule.anonymous || rule.users.length > 0,
    'a rule is about "users", or "anonymous", or both',
  ),
);

const TokenSchema = v.strictObject({
  /** Where clients get tokens; absent: from this registry, at `/token` of `url`. */
  realm: v.optional(httpUrl),
  service: v.optional(v.pipe(v.string(), v.regex(/^[^"\\\s]+$/)), 'minke-registry'),
  issuer: v.optional(v.pipe(v.string(), v.nonEmpty()), 'minke-registry'),
  /** PEM of the keys of that issuer. */
  keys: v.optional(absolute),
  /** Own tokens: the key to sign with, made where there is none. */
  signingKey: v.optional(absolute),
  lifetime: v.optional(duration, '5m'),
});

const AuthSchema = v.strictObject({
  htpasswd: v.optional(
    v.strictObject({
      path: absolute,
      realm: v.optional(v.pipe(v.string(), v.regex(/^[^"\\\r\n]*$/)), 'Minke registry'),
    }),
  ),
  token: v.optional(TokenSchema),
  access: v.optional(v.array(AccessSchema)),
});

const ProxySchema = v.strictObject({
  /** Repositories below it are copies: `hub/`; `""` is the whole registry. */
  prefix: v.pipe(v.string(), v.regex(/^(?:[a-z0-9._-]+\/)*$/, 'ends with a slash, or is empty')),
  /** `docker.io`, `registry.example.org:5000` */
  upstream: v.pipe(v.string(), v.regex(/^[A-Za-z0-9.-]+(?::\d+)?$/, 'a host, with or without a port')),
  username: v.optional(v.string()),
  passwordFile: v.optional(absolute),
  /** Plain HTTP, or TLS with a certificate that nobody vouches for. */
  insecure: v.optional(v.boolean(), false),
  /** Hosts elsewhere that may be sent the credentials, where the other registry names one to log in at. */
  authHosts: v.optional(names, []),
  fresh: v.optional(duration, '5m'),
});

const RetentionSchema = v.pipe(
  v.strictObject({
    repositories: v.optional(patterns, ['**']),
    tags: v.optional(patterns, ['*']),
    keep: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
    within: v.optional(duration),
  }),
  v.check(
    (rule) => rule.keep !== undefined || rule.within !== undefined,
    'one of "keep" and "within" is needed',
  ),
);

const WebhookSchema = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_.-]{1,100}$/)),
  url: httpUrl,
  actions: v.optional(v.array(v.picklist(['push', 'pull', 'delete', 'mount'])), ['push', 'delete', 'mount']),
  repositories: v.optional(patterns, ['**']),
  secretFile: v.optional(absolute),
  timeout: v.optional(duration, '5s'),
  attempts: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(20)), 6),
});

export const ConfigSchema = v.strictObject({
  /** `HOST:PORT`, `:PORT` or `unix:///path`. */
  listen: v.optional(v.string(), '127.0.0.1:5000'),
  /** How clients reach it, where that is not `listen`: for the address of tokens. */
  url: v.optional(httpUrl),
  storage: v.optional(
    v.union([FilesystemSchema, S3Schema, MemorySchema], 'one of "filesystem", "s3" and "memory" is expected'),
  ),
  tls: v.optional(v.strictObject({ certificate: absolute, key: absolute, clientCa: v.optional(absolute) })),
  readOnly: v.optional(v.boolean(), false),
  delete: v.optional(v.boolean(), true),
  auth: v.optional(AuthSchema, {}),
  proxies: v.optional(v.array(ProxySchema), []),
  uploads: v.optional(v.strictObject({ expire: v.optional(duration, '7d') }), {}),
  gc: v.optional(
    v.strictObject({
      /** Absent: never by itself. */
      interval: v.optional(duration, '24h'),
      grace: v.optional(duration, '1h'),
      enabled: v.optional(v.boolean(), true),
    }),
    {},
  ),
  retention: v.optional(v.array(RetentionSchema), []),
  untagged: v.optional(
    v.array(v.strictObject({ repositories: v.optional(patterns, ['**']), within: duration })),
    [],
  ),
  quotas: v.optional(v.array(v.strictObject({ repositories: patterns, bytes })), []),
  webhooks: v.optional(v.array(WebhookSchema), []),
  metrics: v.optional(v.strictObject({ listen: v.string() })),
  log: v.optional(
    v.strictObject({
      level: v.optional(v.picklist(['debug', 'info', 'warn', 'error']), 'info'),
      format: v.optional(v.picklist(['text', 'json']), 'text'),
    }),
    {},
  ),
});

export type Config = v.InferOutput<typeof ConfigSchema>;
