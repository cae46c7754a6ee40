/** A repository over OCI distribution-spec 1.1: mirrors are asked first, and only for what is read. */
import { internal, invalid, isKind } from '../../../errors/minke-error.ts';
import { type Digest, isDigest, sha256, sha512 } from '../../../wire/digest.ts';
import { documentLimits, manifestAccept } from '../../../wire/oci-image.ts';
import { nextLink } from '../../../wire/registry/link.ts';
import {
  PassingFailure,
  type Referrers,
  RegistryRefusal,
  type RemoteBlob,
  type RemoteDescriptor,
  type RemoteManifest,
  type Repository,
  type RepositoryName,
  type UploadSource,
} from '../contract.ts';
import { BlobUploads } from './blob-uploads.ts';
import type { Capability } from './hosts-toml.ts';
import { listReferrers, parseReferrers, referrersTag } from './referrers.ts';
import { discard, readAtMost, refusalOf } from './refusal.ts';
import type { Session } from './session.ts';
import { parseTags } from './tags.ts';
import type { Reply } from './transport.ts';

const MAX_TAG_PAGES = 1000;
const MAX_TAG_PAGE = 4 << 20;
const accept = manifestAccept.join(', ');

const typeOf = (reply: Reply): string => (reply.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';

/** The digest that the answer claims; undefined where it claims none that could be. */
function claimed(reply: Reply): Digest | undefined {
  const header = reply.headers['docker-content-digest'];
  return typeof header === 'string' && isDigest(header) ? header : undefined;
}

export class DistributionRepository implements Repository {
  readonly #path: string;
  /** In the order in which they are tried. */
  readonly #sessions: () => Promise<readonly Session[]>;
  readonly #uploads = new Map<Session, BlobUploads>();

  /** @param sessions made at the first call: certificates and addresses are looked up then */
  constructor({ path }: RepositoryName, sessions: () => Promise<readonly Session[]>) {
    this.#path = path;
    let made: Promise<readonly Session[]> | undefined;
    this.#sessions = () => {
      made ??= sessions();
      return made;
    };
  }

  async enter(signal: AbortSignal): Promise<void> {
    await (await this.#origin()).root(signal);
  }

  async manifest(reference: string, signal: AbortSignal): Promise<RemoteManifest> {
    return this.#first('resolve', signal, async (session) => {
      const reply = await session.send(
        { method: 'GET', path: `${this.#path}/manifests/${reference}`, headers: { Accept: accept } },
        signal,
      );
      if (reply.status !== 200) throw await refusalOf(reply);
      const bytes = await readAtMost(reply.body, documentLimits.manifest);
      if (bytes === null) throw invalid(`manifest is larger than ${documentLimits.manifest} bytes`);
      const digest = (reference.startsWith('sha512:') ? sha512 : sha256)(bytes);
      if (isDigest(reference) && digest !== reference)
        throw invalid(`manifest verification failed for digest ${reference}`);
      // A digest that the registry names for other bytes: it, or something in between, is at fault.
      const told = claimed(reply);
      if (told?.startsWith('sha256:') && digest.startsWith('sha256:') && told !== digest)
        throw invalid(`digest mismatch: the registry says ${told}, the manifest is ${digest}`);
      return { digest, mediaType: typeOf(reply), size: bytes.length, bytes };
    });
  }

  async describe(reference: string, signal: AbortSignal): Promise<RemoteDescriptor | null> {
    return this.#first('resolve', signal, async (session) => {
      const reply = await session.send(
        { method: 'HEAD', path: `${this.#path}/manifests/${reference}`, headers: { Accept: accept } },
        signal,
      );
      await discard(reply.body);
      // Why not is said with a body only, which HEAD has not.
      if (reply.status !== 200) throw new RegistryRefusal(`HTTP_${reply.status}`, 'not said');
      const size = Number(reply.headers['content-length'] ?? Number.NaN);
      const digest = claimed(reply);
      return digest === undefined || !Number.isSafeInteger(size)
        ? null
        : { digest, mediaType: typeOf(reply), size };
    }).catch((error: unknown) => {
      if (error instanceof RegistryRefusal && error.code.startsWith('HTTP_')) return null;
      throw error;
    });
  }

  async tags(signal: AbortSignal): Promise<string[]> {
    return this.#first('resolve', signal, async (session) => {
      const tags = new Set<string>();
      const root = await session.root(signal);
      let url: URL | undefined = new URL(`${this.#path}/tags/list`, root);
      for (let page = 0; url !== undefined; page++) {
        if (page === MAX_TAG_PAGES) throw internal('the list of tags has no end');
        const reply = await session.send({ method: 'GET', path: url }, signal);
        if (reply.status !== 200) throw await refusalOf(reply);
        const bytes = await readAtMost(reply.body, MAX_TAG_PAGE);
        for (const tag of parseTags(bytes)) tags.add(tag);
        const next = nextLink(reply.headers.link?.toString());
        url = next === undefined ? undefined : new URL(next, url);
        if (url !== undefined && url.origin !== root.origin)
          throw invalid('the list of tags goes on elsewhere');
      }
      return [...tags];
    });
  }

  async referrers(digest: Digest, signal: AbortSignal): Promise<Referrers> {
    const listed = await this.#first('resolve', signal, (session) =>
      listReferrers(session, this.#path, digest, signal),
    );
    if (listed !== null) return { manifests: listed, tag: null };
    const tag = referrersTag(digest);
    try {
      const { bytes, mediaType } = await this.manifest(tag, signal);
      return { manifests: parseReferrers(bytes, mediaType), tag };
    } catch (error) {
      if (isKind(error, 'not-found')) return { manifests: [], tag };
      throw error;
    }
  }

  async blob(digest: Digest, offset: number, signal: AbortSignal): Promise<RemoteBlob> {
    return this.#first('pull', signal, async (session) => {
      const reply = await session.send(
        {
          method: 'GET',
          path: `${this.#path}/blobs/${digest}`,
          headers: { 'Accept-Encoding': 'identity', ...(offset === 0 ? {} : { Range: `bytes=${offset}-` }) },
        },
        signal,
      );
      const { status, headers, body } = reply;
      if (status === 200) return { offset: 0, stream: body };
      const range = /^bytes (\d+)-/.exec(headers['content-range'] ?? '');
      if (status === 206 && Number(range?.[1]) === offset) return { offset, stream: body };
      if (status === 416 || status === 206) {
        await discard(body);
        // It has no such part of it: from the beginning then.
        return offset === 0 ? Promise.reject(await refusalOf(reply)) : this.blob(digest, 0, signal);
      }
      throw await refusalOf(reply);
    });
  }

  async blobSize(digest: Digest, signal: AbortSignal): Promise<number | null> {
    const session = await this.#origin();
    const reply = await session.send({ method: 'HEAD', path: `${this.#path}/blobs/${digest}` }, signal);
    await discard(reply.body);
    if (reply.status === 404) return null;
    if (reply.status !== 200) throw await refusalOf(reply);
    return Number(reply.headers['content-length'] ?? 0);
  }

  async mount(digest: Digest, from: string, signal: AbortSignal): Promise<boolean> {
    return (await this.#uploadsTo(await this.#origin())).mount(digest, from, signal);
  }

  async upload(source: UploadSource, onBytes: (sent: number) => void, signal: AbortSignal): Promise<void> {
    return (await this.#uploadsTo(await this.#origin())).upload(source, onBytes, signal);
  }

  async putManifest(
    reference: string,
    { mediaType, bytes }: { readonly mediaType: string; readonly bytes: Uint8Array },
    signal: AbortSignal,
  ): Promise<void> {
    const session = await this.#origin();
    const reply = await session.send(
      {
        method: 'PUT',
        path: `${this.#path}/manifests/${reference}`,
        headers: { 'Content-Type': mediaType },
        body: Buffer.from(bytes),
      },
      signal,
    );
    if (reply.status < 200 || reply.status > 299) throw await refusalOf(reply);
    await discard(reply.body);
  }

  async #uploadsTo(session: Session): Promise<BlobUploads> {
    const known = this.#uploads.get(session) ?? new BlobUploads(session, this.#path);
    this.#uploads.set(session, known);
    return known;
  }

  /** Where is written to: the registry itself. */
  async #origin(): Promise<Session> {
    const sessions = await this.#sessions();
    const session = sessions.findLast(({ endpoint }) => endpoint.capabilities.includes('push'));
    if (session === undefined) throw invalid('no endpoint of this registry takes pushes (hosts.toml)');
    return session;
  }

  /** What a mirror does not give, the next one may; the registry itself has the last word. */
  async #first<T>(
    capability: Capability,
    signal: AbortSignal,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    const sessions = (await this.#sessions()).filter(({ endpoint }) =>
      endpoint.capabilities.includes(capability),
    );
    let failure: unknown = new PassingFailure('no endpoints found');
    for (const session of sessions) {
      try {
        return await work(session);
      } catch (error) {
        signal.throwIfAborted();
        failure = error;
      }
    }
    throw failure;
  }
}
