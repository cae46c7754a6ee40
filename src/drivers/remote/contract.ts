/**
 * Registries, and what one does with a repository in them.
 *
 * Promises that every driver keeps (`suite.ts`):
 * - Manifests are answered with their digest, which is that of the bytes; one asked for by digest has that digest.
 * - Blobs come as the registry sends them: whoever takes them checks them.
 * - Credentials go to the registry that they are for, and to where its own challenge may send them (`realm.ts`).
 * - A failure that may pass by itself is a `PassingFailure`; all others are final.
 */
import type { Readable } from 'node:stream';
import { MinkeError } from '../../errors/minke-error.ts';
import type { Digest } from '../../wire/digest.ts';
import type { Descriptor } from '../../wire/oci-image.ts';
import type { RegistryCredentials } from '../../wire/registry/auth-header.ts';

/** The connection broke, the registry is busy or has no room for us now. */
export class PassingFailure extends MinkeError {
  /** Milliseconds that the registry asks to wait; null where it does not say. */
  readonly after: number | null;

  constructor(message: string, options: { readonly after?: number | null; readonly cause?: unknown } = {}) {
    super('internal', message, options.cause === undefined ? undefined : { cause: options.cause });
    this.after = options.after ?? null;
  }
}

/** A refusal in the registry's own words (`MANIFEST_UNKNOWN`, `DENIED`, …). */
export class RegistryRefusal extends MinkeError {
  readonly code: string;

  constructor(code: string, message: string) {
    const kinds = {
      UNAUTHORIZED: 'unauthorized',
      MANIFEST_UNKNOWN: 'not-found',
      NAME_UNKNOWN: 'not-found',
    } as const;
    super(Object.hasOwn(kinds, code) ? kinds[code as keyof typeof kinds] : 'internal', message);
    this.code = code;
  }
}

export interface Download {
  readonly stream: Readable;
  /** Bytes; null where the server does not say. */
  readonly size: number | null;
}

export interface RepositoryName {
  /** `docker.io`, `localhost:5000`. */
  readonly domain: string;
  /** `library/busybox` */
  readonly path: string;
}

export interface RemoteDescriptor {
  readonly digest: Digest;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
}

export interface RemoteManifest extends RemoteDescriptor {
  readonly bytes: Buffer;
}

export interface Referrers {
  readonly manifests: readonly Descriptor[];
  /**
   * The tag that an index of them is kept under, by whoever adds one, at registries that know nothing of referrers;
   * null where the registry keeps account itself.
   */
  readonly tag: string | null;
}

export interface RemoteBlob {
  /** Where the bytes begin: what was asked for, or 0 where the registry sends the whole. */
  readonly offset: number;
  /** Its buffers are the reader's own. */
  readonly stream: Readable;
}

export interface UploadSource {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** The bytes from there to the end. Their buffers are given back once they were sent. */
  open(offset: number): Readable;
}

/** A repository for the length of one operation: what was learned of the registry is not asked for again. */
export interface Repository {
  /** Finds the registry, for writing. What fails here fails for good: nobody has been there yet. */
  enter(signal: AbortSignal): Promise<void>;
  /** The manifest or index of that name. `not-found` where there is none. */
  manifest(reference: string, signal: AbortSignal): Promise<RemoteManifest>;
  /** The same without its bytes; null where the registry won't say: ask for the manifest then. */
  describe(reference: string, signal: AbortSignal): Promise<RemoteDescriptor | null>;
  tags(signal: AbortSignal): Promise<string[]>;
  /** What refers to that manifest: signatures, attestations, lists of parts. Nothing does where none is known. */
  referrers(digest: Digest, signal: AbortSignal): Promise<Referrers>;
  /** The blob's bytes from `offset` on. `not-found` where it is absent. */
  blob(digest: Digest, offset: number, signal: AbortSignal): Promise<RemoteBlob>;
  /** Bytes; null where it is absent. */
  blobSize(digest: Digest, signal: AbortSignal): Promise<number | null>;
  /** Takes a blob over from another repository of that registry; false where the registry won't. */
  mount(digest: Digest, from: string, signal: AbortSignal): Promise<boolean>;
  /** Sends the blob; begins again where the registry has got to when the connection breaks. */
  upload(source: UploadSource, onBytes: (sent: number) => void, signal: AbortSignal): Promise<void>;
  putManifest(
    reference: string,
    manifest: { readonly mediaType: string; readonly bytes: Uint8Array },
    signal: AbortSignal,
  ): Promise<void>;
}

export interface SearchResult {
  readonly name: string;
  readonly description: string;
  readonly stars: number;
  readonly official: boolean;
  readonly automated: boolean;
}

export interface OpenOptions {
  readonly actions: 'pull' | 'push';
  readonly credentials: RegistryCredentials;
  /** More repositories of that registry to be let into, for mounts. */
  readonly alsoPull?: readonly string[];
}

export interface Remote {
  /** Nothing is asked of the registry yet. */
  open(name: RepositoryName, options: OpenOptions): Repository;
  /** Tries the credentials. Answers the token to keep in place of the password, '' where there is none. */
  login(credentials: RegistryCredentials, signal: AbortSignal): Promise<string>;
  /** @param registry '' is Docker Hub */
  search(
    registry: string,
    query: { readonly term: string; readonly limit: number },
    credentials: RegistryCredentials,
    signal: AbortSignal,
  ): Promise<SearchResult[]>;
  /**
   * What lies at an address of the web, whatever it is; redirects are followed. Rejects in Docker's words: `not-found`,
   * `invalid` for another scheme than http and https, else `internal`.
   */
  download(url: URL, signal: AbortSignal): Promise<Download>;
  close(): void;
}
