/** crun says the same things as runc in words that Docker's clients don't know; they look for runc's. */
import type { Process } from '../../../wire/oci-runtime.ts';

const quoted = (name: string): string => JSON.stringify(name);

function reason(words: string, { args, cwd }: Pick<Process, 'args' | 'cwd'>): string {
  const program = args[0] ?? '';
  const missing = /^executable file `(.*)` not found/s.exec(words)?.[1];
  if (missing !== undefined) {
    return missing.includes('/')
      ? `exec: ${quoted(missing)}: stat ${missing}: no such file or directory`
      : `exec: ${quoted(missing)}: executable file not found in $PATH`;
  }
  if (/^open executable: /.test(words) && program === '')
    return 'exec: "": executable file not found in $PATH';
  // EPERM is what crun makes of a folder.
  if (/^open executable: (Permission denied|Operation not permitted)/.test(words)) {
    return `exec: ${quoted(program)}: permission denied`;
  }
  const folder =
    /^(?:chdir|cannot chdir|open) (?:to )?`?(.*?)`?: (No such file or directory|Permission denied|Not a directory)$/s.exec(
      words,
    );
  if (folder !== null && folder[1] === cwd) {
    return `chdir to cwd (${quoted(cwd)}) set in config.json failed: ${(folder[2] ?? '').toLowerCase()}`;
  }
  const format = /^exec container process `?(.*?)`?: Exec format error/s.exec(words);
  if (format !== null) return `exec ${format[1]}: exec format error`;
  return lowered(words);
}

/** The C library's words for errnos in Go's spelling, which clients search for. */
const lowered = (words: string): string =>
  words.replace(
    /: (No such file or directory|Permission denied|Not a directory|Is a directory|Exec format error|Invalid argument|Operation not permitted|Device or resource busy|Read-only file system|File exists)/g,
    (_, text: string) => `: ${text.toLowerCase()}`,
  );

export function crunComplaint(
  words: string,
  kind: 'container' | 'exec',
  process: Pick<Process, 'args' | 'cwd'>,
): string {
  const prefix = kind === 'exec' ? 'exec failed' : 'runc create failed';
  return `${prefix}: unable to start container process: ${reason(words, process)}`;
}
