/** A certificate authority for an hour, by openssl. */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { must } from '../command.ts';

export interface Certificate {
  /** Paths of PEM files. */
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** Path of its own certificate. */
  readonly ca: string;
  /**
   * @param extension as in openssl's files: `subjectAltName=IP:203.0.113.7`, `extendedKeyUsage=clientAuth`; '' is none
   * @param options.days below 0: it is past already
   */
  issue(name: string, extension: string, options?: { readonly days?: number }): Promise<Certificate>;
}

const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** @param folder for its files, made where it is missing */
export async function makeAuthority(folder: string): Promise<Authority> {
  await mkdir(folder, { recursive: true });
  const at = (name: string) => join(folder, name);
  const subject = (name: string) => ['-subj', `/CN=${name}`, '-keyout', at(`${name}.key`)];
  // Two of one name would be taken for each other, and told apart by their signatures alone.
  const own = ['-subj', `/CN=${basename(folder)}`, '-keyout', at('ca.key')];
  await must(['openssl', 'req', '-x509', ...key, ...own, '-days', '2', '-out', at('ca.crt')]);
  return {
    ca: at('ca.crt'),
    async issue(name, extension, { days = 2 } = {}) {
      await must(['openssl', 'req', ...key, ...subject(name), '-out', at(`${name}.csr`)]);
      await writeFile(at(`${name}.ext`), extension);
      const signer = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial'];
      await must([
        ...['openssl', 'x509', '-req', '-in', at(`${name}.csr`), ...signer, '-extfile', at(`${name}.ext`)],
        ...['-days', String(days), '-out', at(`${name}.crt`)],
      ]);
      return { cert: at(`${name}.crt`), key: at(`${name}.key`) };
    },
  };
}
