/** Queueing disciplines by rtnetlink(7): `struct tcmsg` and TCA_* of linux/pkt_sched.h; tc-tbf(8), tc-netem(8). */
import { type Attribute, encodeAttributes, flag, type Request, text, u32, u64 } from './message.ts';

const qdiscMessage = { new: 36, delete: 37 } as const;
/** TC_H_ROOT: what a link sends goes through it. */
const root = 0xffffffff;
const tca = { kind: 1, options: 2 } as const;
const tbf = { parameters: 1, rate64: 4, burst: 6 } as const;
const netem = { latency64: 10 } as const;
/** TC_LINKLAYER_ETHERNET: lengths are those of the packets, so the kernel needs no table of times. */
const ethernet = 1;
/** Of the two that can stand one behind the other. */
const handles = { first: 0x10000, second: 0x20000 } as const;
/** Class of the first in which the second stands. */
const inner = handles.first | 1;
/** Packets that netem holds back at most: 100 ms of 1 Gbit/s in packets of 1,500 bytes are 8,300. */
const heldPackets = 10_000;
const mostU32 = 0xffffffff;
/** Nanoseconds of the schedulers' clock (PSCHED_SHIFT). */
const tick = 64;

/** What is done to packets that a link sends. */
export interface Shape {
  /** Bytes a second, and what may go out at once; null: as fast as it goes. */
  readonly rate: { readonly bytes: number; readonly burst: number } | null;
  /** Microseconds that each packet is held back. */
  readonly delay: number;
  /** Part of the packets that is dropped, 0 to 1. */
  readonly loss: number;
}

interface Place {
  readonly link: number;
  readonly handle: number;
  readonly parent: number;
}

/** 20 bytes: family, pads, index of the link, handle, parent, info. */
function tcmsg({ link, handle, parent }: Place): Uint8Array {
  const bytes = new Uint8Array(20);
  bytes.set(u32(link), 4);
  bytes.set(u32(handle), 8);
  bytes.set(u32(parent), 12);
  return bytes;
}

const added = (place: Place, kind: string, options: Uint8Array | readonly Attribute[]): Request => ({
  type: qdiscMessage.new,
  flags: flag.request | flag.ack | flag.create | flag.exclusive,
  header: tcmsg(place),
  attributes: [
    { type: tca.kind, value: text(kind) },
    { type: tca.options, value: options },
  ],
});

/** A bucket of `burst` bytes that fills with `bytes` a second; what finds it empty waits, up to 50 ms of it. */
function newTbf(place: Place, { bytes, burst }: NonNullable<Shape['rate']>): Request {
  const limit = Math.min(Math.ceil(burst + bytes / 20), mostU32);
  // struct tc_tbf_qopt: two tc_ratespec of 12 bytes, limit, buffer, mtu.
  const parameters = new Uint8Array(36);
  parameters[1] = ethernet;
  parameters.set(u32(Math.min(bytes, mostU32)), 8);
  parameters.set(u32(limit), 24);
  return added(place, 'tbf', [
    { type: tbf.parameters, value: parameters },
    { type: tbf.rate64, value: u64(BigInt(bytes)) },
    { type: tbf.burst, value: u32(Math.min(burst, mostU32)) },
  ]);
}

function newNetem(place: Place, { delay, loss }: Shape): Request {
  // struct tc_netem_qopt: latency, limit, loss, gap, duplicate, jitter.
  const parameters = new Uint8Array(24);
  // For kernels before 4.15, which know nothing of nanoseconds.
  parameters.set(u32(Math.min(Math.round((delay * 1000) / tick), mostU32)), 0);
  parameters.set(u32(heldPackets), 4);
  parameters.set(u32(Math.min(Math.round(loss * mostU32), mostU32)), 8);
  const latency: Attribute = { type: netem.latency64, value: u64(BigInt(Math.round(delay * 1000))) };
  return added(place, 'netem', Buffer.concat([parameters, encodeAttributes([latency])]));
}

/** Packets are dropped and delayed first, then they wait for their turn. */
export function newShape(link: number, shape: Shape): Request[] {
  const first = { link, handle: handles.first, parent: root };
  const late = shape.delay > 0 || shape.loss > 0;
  const requests = late ? [newNetem(first, shape)] : [];
  if (shape.rate !== null) {
    requests.push(newTbf(late ? { link, handle: handles.second, parent: inner } : first, shape.rate));
  }
  return requests;
}

/** Fails with ENOENT (or EINVAL, by older kernels) where the link has none that was added. */
export const deleteShape = (link: number): Request => ({
  type: qdiscMessage.delete,
  flags: flag.request | flag.ack,
  header: tcmsg({ link, handle: 0, parent: root }),
  attributes: [],
});
