import type { Repository } from '../../../drivers/remote/contract.ts';
import { type RetryRules, type Teller, whenAsked } from './retry.ts';

/** A repository whose documents and lists are asked for again after the pause that the registry asks for. */
export function patient(repository: Repository, rules: RetryRules, teller: Teller): Repository {
  const ask = <T>(work: () => Promise<T>): Promise<T> => whenAsked(work, rules, teller);
  return {
    enter: (signal) => ask(() => repository.enter(signal)),
    manifest: (reference, signal) => ask(() => repository.manifest(reference, signal)),
    describe: (reference, signal) => ask(() => repository.describe(reference, signal)),
    tags: (signal) => ask(() => repository.tags(signal)),
    referrers: (digest, signal) => ask(() => repository.referrers(digest, signal)),
    // Whoever moves bytes counts the failures, too, and knows where to go on.
    blobSize: (...args) => repository.blobSize(...args),
    putManifest: (...args) => repository.putManifest(...args),
    blob: (...args) => repository.blob(...args),
    mount: (...args) => repository.mount(...args),
    upload: (...args) => repository.upload(...args),
  };
}
