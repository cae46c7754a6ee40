import { closeSync, existsSync, readFileSync, statSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { bindChecked } from '../../ffi/libc.ts';

const memfdCreate = bindChecked<[string, number]>('int memfd_create(const char *name, uint flags)');
const fcntl = bindChecked<[number, number, number]>('int fcntl(int fd, int command, int argument)');

// <linux/memfd.h>, <linux/fcntl.h>
const MFD_CLOEXEC = 0x1;
const MFD_ALLOW_SEALING = 0x2;
/** Since Linux 6.3; before, every one can be executed. */
const MFD_EXEC = 0x10;
const F_ADD_SEALS = 1033;
const SEAL_SEAL = 0x1;
const SEAL_SHRINK = 0x2;
const SEAL_GROW = 0x4;
const SEAL_WRITE = 0x8;
const ALL_SEALS = SEAL_SEAL | SEAL_SHRINK | SEAL_GROW | SEAL_WRITE;

function createExecutable(name: string): number {
  try {
    return memfdCreate(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
  } catch {
    return memfdCreate(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  }
}

function copy(path: string): number {
  const program = readFileSync(path);
  const fd = createExecutable(basename(path));
  try {
    for (let at = 0; at < program.length; ) at += writeSync(fd, program, at);
    fcntl(fd, F_ADD_SEALS, ALL_SEALS);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** A policy of SELinux goes by the label of the program's file, which a copy has not. */
const goesByLabel = (): boolean => existsSync('/sys/fs/selinux/enforce');

interface Copy {
  /** Which file, and which state of it, it is of. */
  readonly of: string;
  readonly fd: number | null;
}
const copies = new Map<string, Copy>();

/**
 * A program's copy in memory that nobody can change any more (memfd_create(2), all four seals of fcntl(2)). A program
 * that gives up its own file to processes it does not trust, as an OCI runtime does by /proc/self/exe in a container
 * (CVE-2019-5736), may be run from it and needs no copy of its own. The descriptor is kept, one for each path, until
 * the file there is another. Null where the host allows none.
 */
export function sealedCopy(path: string): number | null {
  const file = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (file === undefined) return null;
  const of = [file.dev, file.ino, file.size, file.ctimeNs].join();
  const present = copies.get(path);
  if (present?.of === of) return present.fd;
  if (present !== undefined && present.fd !== null) closeSync(present.fd);
  copies.delete(path);
  let fd: number | null = null;
  try {
    if (!goesByLabel()) fd = copy(path);
  } catch {
    // The program itself serves.
  }
  copies.set(path, { of, fd });
  return fd;
}
