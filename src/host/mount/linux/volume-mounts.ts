import { readFileSync } from 'node:fs';
import { nameForKernel } from '../../../kit/tar/name-bytes.ts';
import { bindAsync, SystemError } from '../../ffi/libc.ts';
import { parseMountInfo } from '../mountinfo.ts';

type Text = string | Buffer | null;

// Off the main thread: a file server that does not answer keeps the caller for minutes.
const mount = bindAsync<[Text, Text, Text, number, Text]>(
  'int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)',
);
const umount2 = bindAsync<[Text, number]>('int umount2(const char *target, int flags)');
const MNT_DETACH = 2;
const UMOUNT_NOFOLLOW = 8;

/** Mount points. */
const list = (): ReadonlySet<string> =>
  new Set(parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8')).map((row) => row.mountPoint));

/** mount(2) as the options of a volume ask for it: any type, any flags, nothing added. */
export const linuxVolumeMounts = {
  async mount(call: {
    source: string;
    target: string;
    type: string;
    flags: number;
    data: string;
  }): Promise<void> {
    const { source, target, type, flags, data } = call;
    await mount(
      nameForKernel(source),
      nameForKernel(target),
      type,
      flags,
      data === '' ? null : nameForKernel(data),
    );
  },

  /** All that is mounted there, one over the other. */
  async unmount(target: string): Promise<void> {
    while (list().has(target)) {
      try {
        await umount2(nameForKernel(target), MNT_DETACH | UMOUNT_NOFOLLOW);
      } catch (error) {
        // EINVAL: no mount point any more.
        if (error instanceof SystemError && error.code === 'EINVAL') return;
        throw error;
      }
    }
  },

  list,
};
