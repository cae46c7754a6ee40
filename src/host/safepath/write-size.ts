/**
 * Bytes of one write to a file by an archive thread. For a larger one the kernel takes pages that lie together, from
 * memory that has been free for long. In a virtual machine that gives free memory back to its host such pages have to
 * be fetched from there first: 500 MB in writes of 1 MB took 90 to 1020 ms of processor time, of 64 KiB 100 to 600, of
 * 32 KiB 120 to 130.
 */
export const writeSize = 32 * 1024;
