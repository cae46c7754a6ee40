import { matchesGlob } from '../../kit/filters/glob.ts';
import type { TagName } from '../names.ts';
import { matchesAny } from '../patterns.ts';
import type { TagRecord } from '../store/tags.ts';

/** Which tags go. The first rule that fits a tag speaks for it; a tag that none fits stays. */
export interface RetentionRule {
  readonly repositories: readonly string[];
  /** Patterns of tags. */
  readonly tags: readonly string[];
  /** So many of the newest that fit stay, however old; null: none for being new. */
  readonly keep: number | null;
  /** What was pushed within so many milliseconds stays; null: its age keeps none. */
  readonly within: number | null;
}

/** The tags of one repository that go, oldest first. */
export function expiredTags(
  rules: readonly RetentionRule[],
  name: string,
  records: readonly TagRecord[],
  now: number,
): TagName[] {
  const fitting = new Map<RetentionRule, TagRecord[]>();
  for (const record of records) {
    const rule = rules.find(
      ({ repositories, tags }) =>
        matchesAny(repositories, name) && tags.some((pattern) => matchesGlob(pattern, record.tag)),
    );
    if (rule !== undefined) fitting.set(rule, [...(fitting.get(rule) ?? []), record]);
  }
  return [...fitting].flatMap(([{ keep, within }, found]) =>
    found
      .sort((a, b) => b.pushed - a.pushed || (a.tag < b.tag ? -1 : 1))
      .filter((record, at) => at >= (keep ?? 0) && (within === null || record.pushed < now - within))
      .reverse()
      .map(({ tag }) => tag),
  );
}
