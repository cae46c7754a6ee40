/** The comma-separated options of mount(8) as the flags and data of mount(2). */

/** linux/mount.h */
const MS = {
  RDONLY: 1,
  NOSUID: 2,
  NODEV: 4,
  NOEXEC: 8,
  SYNCHRONOUS: 16,
  REMOUNT: 32,
  MANDLOCK: 64,
  DIRSYNC: 128,
  NOATIME: 1024,
  NODIRATIME: 2048,
  BIND: 4096,
  REC: 16384,
  UNBINDABLE: 1 << 17,
  PRIVATE: 1 << 18,
  SLAVE: 1 << 19,
  SHARED: 1 << 20,
  RELATIME: 1 << 21,
  STRICTATIME: 1 << 24,
} as const;

const PROPAGATION = MS.UNBINDABLE | MS.PRIVATE | MS.SLAVE | MS.SHARED;

/** A word sets or clears its flags. */
const words: ReadonlyMap<string, { readonly set: boolean; readonly flags: number }> = new Map(
  (
    [
      ['defaults', true, 0],
      ['ro', true, MS.RDONLY],
      ['rw', false, MS.RDONLY],
      ['nosuid', true, MS.NOSUID],
      ['suid', false, MS.NOSUID],
      ['nodev', true, MS.NODEV],
      ['dev', false, MS.NODEV],
      ['noexec', true, MS.NOEXEC],
      ['exec', false, MS.NOEXEC],
      ['sync', true, MS.SYNCHRONOUS],
      ['async', false, MS.SYNCHRONOUS],
      ['dirsync', true, MS.DIRSYNC],
      ['remount', true, MS.REMOUNT],
      ['mand', true, MS.MANDLOCK],
      ['nomand', false, MS.MANDLOCK],
      ['noatime', true, MS.NOATIME],
      ['atime', false, MS.NOATIME],
      ['nodiratime', true, MS.NODIRATIME],
      ['diratime', false, MS.NODIRATIME],
      ['relatime', true, MS.RELATIME],
      ['norelatime', false, MS.RELATIME],
      ['strictatime', true, MS.STRICTATIME],
      ['nostrictatime', false, MS.STRICTATIME],
      ['bind', true, MS.BIND],
      ['rbind', true, MS.BIND | MS.REC],
      ['unbindable', true, MS.UNBINDABLE],
      ['runbindable', true, MS.UNBINDABLE | MS.REC],
      ['private', true, MS.PRIVATE],
      ['rprivate', true, MS.PRIVATE | MS.REC],
      ['slave', true, MS.SLAVE],
      ['rslave', true, MS.SLAVE | MS.REC],
      ['shared', true, MS.SHARED],
      ['rshared', true, MS.SHARED | MS.REC],
    ] as const
  ).map(([word, set, flags]) => [word, { set, flags }]),
);

export interface MountCall {
  readonly source: string;
  readonly type: string;
  readonly flags: number;
  readonly data: string;
}

/**
 * The mount(2) calls that do it: the mount itself, then what the kernel only takes one by one (propagation;
 * read-only bind mounts).
 */
export function mountCalls(source: string, type: string, options: string): MountCall[] {
  let flags = 0;
  const data: string[] = [];
  for (const option of options.split(',')) {
    const word = words.get(option);
    if (word === undefined) {
      if (option !== '') data.push(option);
    } else {
      flags = word.set ? flags | word.flags : flags & ~word.flags;
    }
  }
  const own = flags & ~PROPAGATION;
  const calls: MountCall[] = [{ source, type, flags: own, data: data.join(',') }];
  const propagation = flags & (PROPAGATION | MS.REC);
  if ((flags & PROPAGATION) !== 0) calls.push({ source: '', type: '', flags: propagation, data: '' });
  const isReadOnlyBind = (own & (MS.BIND | MS.RDONLY)) === (MS.BIND | MS.RDONLY);
  if (isReadOnlyBind) calls.push({ source: '', type: '', flags: own | MS.REMOUNT, data: '' });
  return calls;
}
