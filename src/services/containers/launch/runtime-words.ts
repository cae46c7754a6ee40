import { MinkeError } from '../../../errors/minke-error.ts';

/**
 * What the OCI runtime said, where a launch failed for its sake (`RuntimeFailure` of the keeper's contract, told apart
 * by its shape, as a class of the keeper's is none of a service's business).
 */
export function runtimeWords(error: unknown): string | undefined {
  if (!(error instanceof MinkeError) || typeof error.cause !== 'object' || error.cause === null)
    return undefined;
  const words: unknown = Reflect.get(error.cause, 'runtimeOutput');
  return typeof words === 'string' ? words : undefined;
}
