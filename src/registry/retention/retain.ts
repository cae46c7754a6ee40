import type { Logger } from '../../kit/log/logger.ts';
import type { Digest } from '../../wire/digest.ts';
import { hasCode } from '../errors.ts';
import type { RepositoryName, TagName } from '../names.ts';
import { matchesAny } from '../patterns.ts';
import { digestsNamed } from '../store/manifest-document.ts';
import { type Manifests, subjectOf } from '../store/manifests.ts';
import type { Repositories } from '../store/repositories.ts';
import type { Tags } from '../store/tags.ts';
import { expiredTags, type RetentionRule } from './decide.ts';

/** Manifests that no tag means, directly or through an index, go after a while. */
export interface UntaggedRule {
  readonly repositories: readonly string[];
  /** Milliseconds since they were pushed. */
  readonly within: number;
}

export interface RetainParts {
  readonly repositories: Repositories;
  readonly manifests: Manifests;
  readonly tags: Tags;
  readonly log: Logger;
}

/** Applies the rules to all repositories; how many tags and manifests went. What they held, the collector takes. */
export async function retain(
  parts: RetainParts,
  rules: { readonly tags: readonly RetentionRule[]; readonly untagged: readonly UntaggedRule[] },
  now: number,
): Promise<{ tags: number; manifests: number }> {
  let [tags, manifests] = [0, 0];
  if (rules.tags.length === 0 && rules.untagged.length === 0) return { tags, manifests };
  for (const name of [...(await parts.repositories.list())]) {
    const records = rules.tags.some((rule) => matchesAny(rule.repositories, name))
      ? await parts.tags.records(name)
      : [];
    for (const tag of expiredTags(rules.tags, name, records, now)) {
      const pushed = records.find((record) => record.tag === tag)?.pushed ?? 0;
      if (await removeTag(parts, name, tag, pushed)) tags += 1;
    }
    const rule = rules.untagged.find(({ repositories }) => matchesAny(repositories, name));
    if (rule !== undefined) manifests += await removeUntagged(parts, name, now - rule.within);
  }
  return { tags, manifests };
}

/** Unless it was pushed again meanwhile. */
async function removeTag(
  { manifests, tags, log }: RetainParts,
  name: RepositoryName,
  tag: TagName,
  pushed: number,
): Promise<boolean> {
  const current = await tags.record(name, tag);
  if (current === null || current.pushed > pushed) return false;
  try {
    await manifests.untag(name, tag);
  } catch (error) {
    if (hasCode(error, 'MANIFEST_UNKNOWN') || hasCode(error, 'NAME_UNKNOWN')) return false;
    throw error;
  }
  log.info('a tag has served its time', { name, tag, digest: current.digest });
  return true;
}

/** What a manifest keeps with it: an index its parts, and what is signed its signatures. */
async function keeping(
  { manifests }: RetainParts,
  name: RepositoryName,
  revisions: readonly Digest[],
): Promise<Map<Digest, Digest[]>> {
  const kept = new Map<Digest, Digest[]>(revisions.map((digest) => [digest, []]));
  for (const digest of revisions) {
    const manifest = await manifests.find(name, { digest });
    if (manifest === null) continue;
    const subject = subjectOf(manifest);
    if (subject !== null) kept.get(subject)?.push(digest);
    for (const part of digestsNamed(manifest.bytes) ?? []) if (part !== subject) kept.get(digest)?.push(part);
  }
  return kept;
}

async function removeUntagged(parts: RetainParts, name: RepositoryName, before: number): Promise<number> {
  const { manifests, tags, log } = parts;
  const revisions = await manifests.revisions(name);
  const keeps = await keeping(parts, name, revisions);
  const stays = new Set<Digest>();
  const waiting = (await tags.records(name)).map((record) => record.digest);
  for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
    if (stays.has(digest)) continue;
    stays.add(digest);
    waiting.push(...(keeps.get(digest) ?? []));
  }
  let count = 0;
  for (const digest of revisions) {
    if (stays.has(digest) || !(await manifests.removeIfUntagged(name, digest, before))) continue;
    log.info('a manifest without a tag has served its time', { name, digest });
    count += 1;
  }
  return count;
}
