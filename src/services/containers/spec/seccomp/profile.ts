/** A seccomp profile as Docker's users write it (`--security-opt seccomp=FILE`): rules with conditions. */
import * as v from 'valibot';
import { invalid } from '../../../../errors/minke-error.ts';

/** Go writes absent lists as null. */
const names = v.nullish(v.array(v.string()), null);

const condition = v.object({
  arches: names,
  caps: names,
  /** `4.8` */
  minKernel: v.nullish(v.string()),
});

const rule = v.object({
  names,
  /** Old profiles: one call a rule. */
  name: v.nullish(v.string()),
  action: v.string(),
  errnoRet: v.nullish(v.number()),
  args: v.nullish(
    v.array(
      v.object({
        index: v.number(),
        value: v.number(),
        valueTwo: v.nullish(v.number()),
        op: v.string(),
      }),
    ),
    null,
  ),
  includes: v.nullish(condition),
  excludes: v.nullish(condition),
});

const ProfileSchema = v.object({
  defaultAction: v.string(),
  defaultErrnoRet: v.nullish(v.number()),
  architectures: names,
  archMap: v.nullish(v.array(v.object({ architecture: v.string(), subArchitectures: names })), null),
  flags: names,
  listenerPath: v.nullish(v.string()),
  syscalls: v.nullish(v.array(rule), null),
});

export type SeccompProfile = v.InferOutput<typeof ProfileSchema>;
export type SeccompRule = v.InferOutput<typeof rule>;

/** @throws invalid "Decoding seccomp profile failed: …" */
export function parseProfile(text: string): SeccompProfile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid('Decoding seccomp profile failed: not JSON');
  }
  const parsed = v.safeParse(ProfileSchema, json, { abortEarly: true });
  if (!parsed.success) throw invalid(`Decoding seccomp profile failed: ${parsed.issues[0].message}`);
  const profile = parsed.output;
  if (profile.architectures?.length && profile.archMap?.length) {
    throw invalid(
      "both 'architectures' and 'archMap' are specified in the seccomp profile, use either 'architectures' or 'archMap'",
    );
  }
  if (profile.listenerPath) {
    throw invalid('listenerPath of a seccomp profile is not supported: no agent takes notifications');
  }
  for (const { name, names: list } of profile.syscalls ?? []) {
    if (name && list?.length) {
      throw invalid(
        "both 'name' and 'names' are specified in the seccomp profile, use either 'name' or 'names'",
      );
    }
  }
  return profile;
}
