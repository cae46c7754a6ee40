/** What a failed start means: exit status of the container, kind of the error, words for the client. Pure. */
import { internal, invalid, type MinkeError } from '../../../errors/minke-error.ts';

export interface StartFailure {
  /** 126: can't be invoked, 127: not found, 128: anything else. */
  readonly exitCode: number;
  readonly error: MinkeError;
}

const has = (text: string, words: string): boolean => text.toLowerCase().includes(words);
const missing = [
  'executable file not found',
  'no such file or directory',
  'failed to run runc create/exec call',
];

/** @param complaint of the OCI runtime, in runc's words; the docker client takes its own exit status from it */
function classify(message: string, cause: unknown): StartFailure {
  if (has(message, 'permission denied')) return { exitCode: 126, error: invalid(message, cause) };
  if (has(message, 'is a directory'))
    return { exitCode: 126, error: invalid(`${message}: permission denied`, cause) };
  if (has(message, 'not a directory')) {
    const hint =
      'Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type';
    return { exitCode: 127, error: invalid(`${message}: ${hint}`, cause) };
  }
  if (missing.some((words) => has(message, words))) return { exitCode: 127, error: invalid(message, cause) };
  return { exitCode: 128, error: internal(message, cause) };
}

export const containerFailure = (complaint: string, cause?: unknown): StartFailure =>
  classify(
    `failed to create task for container: failed to create shim task: OCI runtime create failed: ${complaint}`,
    cause,
  );

export const execFailure = (complaint: string, cause?: unknown): StartFailure => {
  const found = classify(`OCI runtime exec failed: ${complaint}`, cause);
  // An exec that can't be started for another reason counts as one that can't be invoked.
  return found.exitCode === 128 ? { ...found, exitCode: 126 } : found;
};
