/** The record of one container's filesystem: written last, so a half-written one counts as none. */
import { readFileSync, writeFileSync } from 'node:fs';
import { systemCode } from '../../../errors/minke-error.ts';
import { isDigest } from '../../../wire/digest.ts';
import type { CreateOptions } from '../contract.ts';
import type { StoredFilesystem } from './backend.ts';

export function writeParentMark(file: string, { parent, ephemeral, plain }: CreateOptions): void {
  const flags = [ephemeral === true ? 'ephemeral\n' : '', plain === true ? 'plain\n' : ''];
  writeFileSync(file, `${parent ?? 'none'}\n${flags.join('')}end\n`, { mode: 0o600 });
}

/** Null where there is none, or half of one. */
export function readParentMark(file: string, id: string): StoredFilesystem | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
    throw error;
  }
  const lines = text.split('\n');
  const [parent = ''] = lines;
  if (!text.endsWith('\nend\n') || (parent !== 'none' && !isDigest(parent))) return null;
  return {
    id,
    parent: isDigest(parent) ? parent : null,
    ephemeral: lines.includes('ephemeral'),
    plain: lines.includes('plain'),
  };
}
