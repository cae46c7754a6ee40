import type { Logger } from '../../kit/log/logger.ts';
import type { Digest } from '../../wire/digest.ts';
import type { RepositoryName } from '../names.ts';
import type { Blobs } from '../store/blobs.ts';
import { digestsNamed } from '../store/manifest-document.ts';
import type { Manifests } from '../store/manifests.ts';
import type { Repositories } from '../store/repositories.ts';
import type { Touches } from '../store/touches.ts';
import type { Uploads } from '../store/uploads.ts';
import { isForgotten, type RepositoryFindings, spareLinks } from './decide.ts';

export interface Collection {
  readonly links: number;
  readonly blobs: number;
  readonly bytes: number;
  readonly uploads: number;
}

export interface CollectParts {
  readonly repositories: Repositories;
  readonly manifests: Manifests;
  readonly blobs: Blobs;
  readonly uploads: Uploads;
  readonly touches: Touches;
  readonly log: Logger;
  /** Told of each repository that lost blobs. */
  readonly changed: (name: RepositoryName) => void;
}

export interface CollectPolicy {
  /** Milliseconds for which something that nobody needs stays: a push in progress has not named it yet. */
  readonly grace: number;
  /** Milliseconds after which an upload that nobody went on with is thrown away. */
  readonly uploads: number;
  /** Unix milliseconds since when this process has served: what was asked for before it is not known. */
  readonly served: number;
}

/**
 * Removes blobs that no manifest needs, while pushes and pulls go on. Each removal is decided under the lock of that
 * blob, by when it was written and when it was last spoken of; a link goes before the bytes, so that a collection that
 * is killed leaves nothing but work for the next.
 */
export async function collect(parts: CollectParts, policy: CollectPolicy, now: number): Promise<Collection> {
  const release = parts.touches.hold();
  try {
    const oldest = now - policy.grace;
    const uploads = await expireUploads(parts, now - policy.uploads);
    if (policy.served > oldest) {
      parts.log.info('no blobs are collected before the registry has served for the time of grace');
      return { links: 0, blobs: 0, bytes: 0, uploads };
    }
    const kept = new Set<Digest>();
    let links = 0;
    for (const name of [...(await parts.repositories.list())]) {
      const findings = await look(parts, name);
      if (findings === null) continue;
      const gone = await dropLinks(parts, name, findings, oldest);
      links += gone.size;
      for (const digest of findings.needed) kept.add(digest);
      for (const digest of findings.linked) if (!gone.has(digest)) kept.add(digest);
    }
    return { links, uploads, ...(await sweep(parts, kept, oldest)) };
  } finally {
    release();
  }
}

async function look(parts: CollectParts, name: RepositoryName): Promise<RepositoryFindings> {
  // Links first: what a push links and names after this is younger than any time of grace, or touched.
  const linked = await parts.blobs.linked(name);
  const needed = new Set<Digest>();
  for (const digest of await parts.manifests.revisions(name)) {
    needed.add(digest);
    const manifest = await parts.manifests.find(name, { digest });
    const named = manifest === null ? null : digestsNamed(manifest.bytes);
    if (named === null) parts.log.warn('a manifest is missing or unreadable', { name, digest });
    else for (const one of named) needed.add(one);
  }
  return { needed, linked };
}

async function dropLinks(
  parts: CollectParts,
  name: RepositoryName,
  findings: RepositoryFindings,
  oldest: number,
): Promise<Set<Digest>> {
  const gone = new Set<Digest>();
  for (const digest of spareLinks(findings)) {
    const done = await parts.blobs.unlinkIf(name, digest, ({ modified }) =>
      isForgotten(modified, parts.touches.isSince(digest, oldest), oldest),
    );
    if (done) gone.add(digest);
  }
  if (gone.size > 0) {
    parts.changed(name);
    await parts.repositories.dropIfEmpty(name);
  }
  return gone;
}

async function sweep(
  parts: CollectParts,
  kept: ReadonlySet<Digest>,
  oldest: number,
): Promise<{ blobs: number; bytes: number }> {
  let [blobs, bytes] = [0, 0];
  for await (const batch of parts.blobs.all()) {
    for (const digest of batch) {
      if (kept.has(digest)) continue;
      const size = await parts.blobs.removeIf(digest, ({ modified }) =>
        isForgotten(modified, parts.touches.isSince(digest, oldest), oldest),
      );
      if (size === undefined) continue;
      blobs += 1;
      bytes += size;
    }
  }
  return { blobs, bytes };
}

async function expireUploads({ repositories, uploads }: CollectParts, before: number): Promise<number> {
  let count = 0;
  for (const name of [...(await repositories.list())]) {
    for (const record of await uploads.list(name)) {
      if (await uploads.expire(name, record, before)) count += 1;
    }
    await repositories.dropIfEmpty(name);
  }
  return count;
}
