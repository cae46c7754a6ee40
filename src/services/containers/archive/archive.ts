/** `cp`, `export`, `diff`: the files of a container, running or not. */
export { changes } from './changes.ts';
export { exportRootfs } from './export-rootfs.ts';
export { readArchive } from './read-archive.ts';
export { statPath } from './stat-path.ts';
export { writeArchive } from './write-archive.ts';
