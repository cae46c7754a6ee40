/** What is answered to one question. */
import { addressBytes, formatAddress, parseAddress } from '../../../kit/ip/address.ts';
import {
  type Answer,
  codeOf,
  encodeName,
  encodeResponse,
  type Question,
  recordType,
  responseCode,
  reverseAddress,
} from '../../../wire/dns.ts';
import type { Upstream } from '../contract.ts';

/** What is known here. */
export interface NameView {
  /**
   * In groups, the first one with an address of the kind that is asked for counts.
   * @param name lower case; null where nobody has that name
   */
  addresses(name: string): readonly (readonly string[])[] | null;
  /** Name by an address; null where nobody has it. */
  nameOf(address: string): string | null;
}

/** Asks one server; null where it does not answer. */
export type Ask = (upstream: Upstream, query: Uint8Array, question: Question) => Promise<Uint8Array | null>;

/** How long a neighbour's address may be remembered, seconds; Docker's. */
const seconds = 600;
/** Milliseconds until the next server is asked as well. */
const headStart = 1000;

function shuffle<T>(list: T[]): T[] {
  for (let at = list.length - 1; at > 0; at -= 1) {
    const other = Math.floor(Math.random() * (at + 1));
    const [one, two] = [list[at], list[other]];
    if (one === undefined || two === undefined) continue;
    list[at] = two;
    list[other] = one;
  }
  return list;
}

/** Null: nothing here is meant. */
function records({ name, type }: Question, view: NameView): Answer[] | null {
  if (type === recordType.ptr) {
    const address = parseAddress(reverseAddress(name) ?? '');
    const found = address === null ? null : view.nameOf(formatAddress(address));
    return found === null ? null : [{ type, data: encodeName(found) }];
  }
  const groups = view.addresses(name);
  if (groups === null) return null;
  const version = type === recordType.a ? 4 : type === recordType.aaaa ? 6 : null;
  for (const addresses of groups) {
    const answers: Answer[] = [];
    for (const text of addresses) {
      const address = parseAddress(text);
      if (address?.version === version && address !== null)
        answers.push({ type, data: addressBytes(address) });
    }
    if (answers.length > 0) return shuffle(answers);
  }
  return [];
}

/** The answer from what is known here; null: others have to be asked. @param limit bytes of the answer */
export function answerHere(
  query: Uint8Array,
  question: Question,
  view: NameView,
  limit: number,
): Uint8Array | null {
  const answers = records(question, view);
  return answers === null
    ? null
    : encodeResponse(query, question, { code: responseCode.ok, answers, seconds, limit });
}

export const refusal = (query: Uint8Array, question: Question, code: number): Uint8Array =>
  encodeResponse(query, question, { code, answers: [], seconds: 0, limit: 512 });

/** A name without a dot: one that the asker's search list is to complete. */
export const isBareAddressQuestion = ({ name, type }: Question): boolean =>
  (type === recordType.a || type === recordType.aaaa) && !name.includes('.');

const isFailure = (answer: Uint8Array): boolean =>
  [responseCode.failure, responseCode.refused].some((code) => code === codeOf(answer));

/**
 * The first answer of a server that is none of failure. A server that says nothing for a second is not waited for
 * alone: the next one is asked, too. "Server failure" where none has an answer.
 */
export async function answerElsewhere(
  query: Uint8Array,
  question: Question,
  upstreams: readonly Upstream[],
  ask: Ask,
  wait: number = headStart,
): Promise<Uint8Array> {
  const { promise, resolve } = Promise.withResolvers<Uint8Array | null>();
  let open = upstreams.length;
  let next = 0;
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    clearTimeout(timer);
    const upstream = upstreams[next];
    if (upstream === undefined) return;
    next += 1;
    let answered = false;
    const done = (answer: Uint8Array | null): void => {
      if (answered) return;
      answered = true;
      open -= 1;
      if (answer !== null && !isFailure(answer)) resolve(answer);
      else if (open === 0) resolve(null);
      else begin();
    };
    ask(upstream, query, question).then(done, () => done(null));
    if (next < upstreams.length) timer = setTimeout(begin, wait);
  };
  if (open === 0) resolve(null);
  begin();
  const found = await promise;
  // Nobody else is asked behind the answer.
  next = upstreams.length;
  clearTimeout(timer);
  return found ?? refusal(query, question, responseCode.failure);
}
