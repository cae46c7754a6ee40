/** Names of containers for the host: `db`, `db.shop`, and both with the engine's own domain behind. */
import { formatAddress, parseAddress } from '../../../kit/ip/address.ts';
import { encodeName, encodeResponse, recordType, responseCode, reverseAddress } from '../../../wire/dns.ts';
import { answerHere, refusal } from './answer.ts';
import type { Directory } from './directory.ts';
import type { Answerer } from './listener.ts';

/** Names below it are the engine's alone; a resolver of the host can be told to ask us for just these. */
export const domain = 'minke';
const suffix = `.${domain}`;

/**
 * What is not known below the domain does not exist; other names are refused, whereupon a stub resolver asks its next
 * server. Nothing is passed on: the host's resolver may itself ask us.
 */
export function hostAnswerer(directory: Directory): Answerer {
  return {
    here(query, question, limit) {
      const own = question.name.endsWith(suffix);
      const name = own ? question.name.slice(0, -suffix.length) : question.name;
      if (question.type === recordType.ptr) {
        const address = parseAddress(reverseAddress(question.name) ?? '');
        const found = address === null ? null : directory.nameForHost(formatAddress(address));
        if (found === null) return refusal(query, question, responseCode.refused);
        const answers = [{ type: recordType.ptr, data: encodeName(`${found}${suffix}`) }];
        return encodeResponse(query, question, { code: responseCode.ok, answers, seconds: 0, limit });
      }
      const addresses = directory.addressesForHost(name);
      const view = { addresses: () => addresses && [addresses], nameOf: () => null };
      const found = answerHere(query, question, view, limit);
      return found ?? refusal(query, question, own ? responseCode.noName : responseCode.refused);
    },
    elsewhere: async (query, question) => refusal(query, question, responseCode.refused),
  };
}
