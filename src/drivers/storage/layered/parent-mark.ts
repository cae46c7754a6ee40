/** The record of one container's filesystem, written last: what has none was never finished. */
import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { messageOf, systemCode } from '../../../errors/minke-error.ts';
import { isDigest } from '../../../wire/digest.ts';
import type { CreateOptions } from '../contract.ts';
import type { StoredFilesystem } from './backend.ts';

export function writeParentMark(file: string, { parent, ephemeral, plain }: CreateOptions): void {
  const flags = [ephemeral === true ? 'ephemeral\n' : '', plain === true ? 'plain\n' : ''];
  writeFileSync(file, `${parent ?? 'none'}\n${flags.join('')}end\n`, { mode: 0o600 });
}

export type ParentMark =
  | { readonly kind: 'whole'; readonly filesystem: StoredFilesystem }
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged'; readonly problem: string };

export function readParentMark(file: string, id: string): ParentMark {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return { kind: 'absent' };
    return { kind: 'damaged', problem: messageOf(error) };
  }
  const lines = text.split('\n');
  const [parent = ''] = lines;
  if (!text.endsWith('\nend\n') || (parent !== 'none' && !isDigest(parent)))
    return { kind: 'damaged', problem: 'half of it is missing' };
  return {
    kind: 'whole',
    filesystem: {
      id,
      parent: isDigest(parent) ? parent : null,
      ephemeral: lines.includes('ephemeral'),
      plain: lines.includes('plain'),
    },
  };
}

/** Whether what is on the disk says that. */
export function isMarkOf(file: string, filesystem: StoredFilesystem): boolean {
  const mark = readParentMark(file, filesystem.id);
  return mark.kind === 'whole' && isDeepStrictEqual(mark.filesystem, filesystem);
}
