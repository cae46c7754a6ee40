import { PassingFailure, RegistryRefusal } from '../../../drivers/remote/contract.ts';
import { internal, type MinkeError, messageOf, notFound } from '../../../errors/minke-error.ts';
import { familiarName, familiarString, type Reference } from '../../../kit/reference/reference.ts';

/** What a registry refused, as Docker says it of a pull. */
export function pullFailure(error: unknown, ref: Reference): MinkeError {
  if (error instanceof RegistryRefusal) {
    switch (error.code) {
      case 'DENIED':
        return notFound(
          `pull access denied for ${familiarName(ref)}, repository does not exist or may require 'docker login': ${error.message}`,
          error,
        );
      case 'MANIFEST_UNKNOWN':
        return notFound(`manifest for ${familiarString(ref)} not found: ${error.message}`, error);
      case 'NAME_UNKNOWN':
        return notFound(`repository ${familiarName(ref)} not found: ${error.message}`, error);
      default:
        return error;
    }
  }
  return error instanceof PassingFailure ? error : internal(messageOf(error), error);
}
