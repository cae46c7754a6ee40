/** What is answered to one question. */
import { addressBytes, formatAddress, parseAddress } from '../../../kit/ip/address.ts';
import {
  type Answer,
  encodeName,
  encodeResponse,
  type Question,
  readQuestion,
  recordType,
  responseCode,
  reverseAddress,
} from '../../../wire/dns.ts';
import type { NameView, Upstream } from '../contract.ts';

/** Asks one server; null where it does not answer. */
export type Ask = (upstream: Upstream, query: Uint8Array, question: Question) => Promise<Uint8Array | null>;

/** How long a neighbour's address may be remembered, seconds; Docker's. */
const seconds = 600;
/** A UDP answer that everybody takes (RFC 1035). */
export const plainLimit = 512;

const shuffled = <T>(list: readonly T[]): T[] =>
  list
    .map((value) => ({ value, order: Math.random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ value }) => value);

/** Null: no neighbour is meant. */
function neighbours({ name, type }: Question, view: NameView): Answer[] | null {
  if (type === recordType.ptr) {
    const address = parseAddress(reverseAddress(name) ?? '');
    const found = address === null ? null : view.nameOf(formatAddress(address));
    return found === null ? null : [{ type, data: encodeName(found) }];
  }
  const addresses = view.addresses(name);
  if (addresses === null) return null;
  const version = new Map<number, number>([
    [recordType.a, 4],
    [recordType.aaaa, 6],
  ]).get(type);
  return shuffled(addresses).flatMap((text) => {
    const address = parseAddress(text);
    return address === null || address.version !== version ? [] : [{ type, data: addressBytes(address) }];
  });
}

/** Null for what is no DNS query and deserves no answer. */
export async function answer(
  query: Uint8Array,
  view: NameView,
  ask: Ask,
  limit: number,
): Promise<Uint8Array | null> {
  const question = readQuestion(query);
  if (question === null) return null;
  const answers = neighbours(question, view);
  if (answers !== null) {
    return encodeResponse(query, question, { code: responseCode.ok, answers, seconds, limit });
  }
  for (const upstream of view.upstreams()) {
    const found = await ask(upstream, query, question);
    if (found !== null) return found;
  }
  return encodeResponse(query, question, { code: responseCode.failure, answers: [], seconds: 0, limit });
}
