/** The packet filter's generation by nfnetlink: linux/netfilter/nfnetlink.h and nf_tables.h. */
import { decodeAttributes, flag, type Message, type Request } from './message.ts';

const NFNL_SUBSYS_NFTABLES = 10 << 8;
const NFT_MSG_NEWGEN = NFNL_SUBSYS_NFTABLES | 15;
const NFT_MSG_GETGEN = NFNL_SUBSYS_NFTABLES | 16;
const NFTA_GEN_ID = 1;
/** `struct nfgenmsg`. */
const headerLength = 4;

export function getGeneration(): Request {
  return { type: NFT_MSG_GETGEN, flags: flag.request, header: new Uint8Array(headerLength), attributes: [] };
}

/** Counts the changes that were made to any rule of nf_tables in the namespace. */
export function readGeneration(messages: readonly Message[]): number | null {
  for (const { type, payload } of messages) {
    const value =
      type === NFT_MSG_NEWGEN ? decodeAttributes(payload, headerLength).get(NFTA_GEN_ID) : undefined;
    // Netfilter's numbers are big-endian, on every machine.
    if (value?.length === 4) return new DataView(value.buffer, value.byteOffset).getUint32(0, false);
  }
  return null;
}
