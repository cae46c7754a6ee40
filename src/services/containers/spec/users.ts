/** Who a container's process runs as: passwd(5) and group(5) of the image. */
import { internal, invalid } from '../../../errors/minke-error.ts';
import { holdsControl } from '../create/control-characters.ts';

export interface ResolvedUser {
  readonly uid: number;
  readonly gid: number;
  /** Of the first line with that uid; `/` where there is none. */
  readonly home: string;
  /** The primary group and all others, once each. */
  readonly additionalGids: readonly number[];
}

const MOST = 2 ** 31 - 1;
const digits = /^[+-]?\d+$/;

/** All digits are a number and never a name. @throws invalid out of range */
function numberOf(word: string): number | undefined {
  if (!digits.test(word)) return undefined;
  const value = Number(word);
  if (value < 0 || value > MOST) throw invalid(`uids and gids must be in range 0-${MOST}`);
  return value;
}

/** `user[:group]` in two; both may be empty. @throws invalid for numbers out of range */
export function parseUser(spec: string): { user: string; group: string } {
  const [user = '', group = ''] = spec.split(':', 2);
  numberOf(user);
  numberOf(group);
  return { user, group };
}

interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** Lines with too few fields or odd numbers are skipped, as the C library does. */
function* passwdEntries(text: string): Generator<PasswdEntry> {
  for (const line of text.split('\n')) {
    const [name, , uid = '', gid = '', , home = ''] = line.trim().split(':');
    if (name && /^\d+$/.test(uid) && /^\d+$/.test(gid))
      yield { name, uid: Number(uid), gid: Number(gid), home };
  }
}

function* groupEntries(text: string): Generator<GroupEntry> {
  for (const line of text.split('\n')) {
    const [name, , gid = '', members = ''] = line.trim().split(':');
    if (name && /^\d+$/.test(gid)) yield { name, gid: Number(gid), members: members.split(',') };
  }
}

const inRange = (number: number): boolean => number >= 0 && number <= MOST;

function findGroup(groups: readonly GroupEntry[], word: string): number {
  const number = numberOf(word);
  if (number !== undefined) return number;
  const found = groups.find(({ name }) => name === word);
  if (found === undefined) throw internal(`unable to find group ${word}: no matching entries in group file`);
  return found.gid;
}

export interface UserFiles {
  /** Content of /etc/passwd and /etc/group in the container; '' where absent. */
  readonly passwd: string;
  readonly group: string;
}

/**
 * @param spec `name`, `uid`, `name:group`, `uid:gid`, `:group`, ''
 * @param groupAdd `--group-add`
 * @throws internal "unable to find user …: no matching entries in passwd file"
 */
export function resolveUser(
  spec: string,
  groupAdd: readonly string[] | null,
  files: UserFiles,
): ResolvedUser {
  const { user, group } = parseUser(spec);
  const groups = [...groupEntries(files.group)];
  const wanted = user === '' ? 0 : numberOf(user);
  const users = [...passwdEntries(files.passwd)];
  const entry = users.find(({ name, uid }) => (wanted === undefined ? name === user : uid === wanted));
  if (wanted === undefined && entry === undefined) {
    throw internal(`unable to find user ${user}: no matching entries in passwd file`);
  }
  const uid = wanted ?? entry?.uid ?? 0;
  const gid = group === '' ? (entry?.gid ?? 0) : findGroup(groups, group);
  if (!inRange(uid) || !inRange(gid)) throw internal(`uids and gids must be in range 0-${MOST}`);
  const name = entry?.name;
  const member =
    group === '' && name !== undefined ? groups.filter(({ members }) => members.includes(name)) : [];
  const added = (groupAdd ?? []).map((word) => findGroup(groups, word));
  const home = users.find((candidate) => candidate.uid === uid)?.home ?? '';
  return {
    uid,
    gid,
    home: home === '' || holdsControl(home) ? '/' : home,
    additionalGids: [...new Set([gid, ...member.map((row) => row.gid), ...added])].filter(inRange),
  };
}
