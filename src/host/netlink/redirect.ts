/**
 * A translation table of nf_tables in a namespace of its own: what processes there send to one address and port goes
 * to another port of that address. (linux/netfilter/nf_tables.h; numbers in attributes are big-endian.)
 */
import { type Attribute, flag, type Request, text } from './message.ts';

const subsystem = 10;
const message = { table: 0, deleteTable: 2, chain: 3, rule: 6 } as const;
const batch = { begin: 16, end: 17 } as const;
const NFPROTO_IPV4 = 2;
const NF_INET_LOCAL_OUT = 3;
/** Before the routing decision is taken again: NF_IP_PRI_NAT_DST. */
const priority = -100;
const register = { port: 1, address: 2 } as const;

export const protocolNumber = { tcp: 6, udp: 17 } as const;

export interface Redirect {
  readonly proto: 'tcp' | 'udp';
  /** Four bytes. */
  readonly address: Uint8Array;
  readonly port: number;
  readonly toPort: number;
}

/** `struct nfgenmsg`: family, version, resource. */
const header = (family: number, resource = 0): Uint8Array =>
  Uint8Array.of(family, 0, resource >> 8, resource & 0xff);

function big(value: number, length = 4): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) bytes[length - 1 - at] = (value >> (8 * at)) & 0xff;
  return bytes;
}

const number = (type: number, value: number): Attribute => ({ type, value: big(value) });
const nested = (type: number, value: readonly Attribute[]): Attribute => ({ type: type | 0x8000, value });

const expression = (name: string, data: readonly Attribute[]): Attribute =>
  nested(1, [{ type: 1, value: text(name) }, nested(2, data)]);

const networkHeader = 1;
const transportHeader = 2;

const load = (base: number, offset: number, length: number): Attribute =>
  expression('payload', [number(1, register.port), number(2, base), number(3, offset), number(4, length)]);

const equals = (value: Uint8Array): Attribute =>
  expression('cmp', [number(1, register.port), number(2, 0), nested(3, [{ type: 1, value }])]);

const constant = (into: number, value: Uint8Array): Attribute =>
  expression('immediate', [number(1, into), nested(2, [{ type: 1, value }])]);

const destinationOffset = 16;
const portOffset = 2;
const layerFourProtocol = 16;

function rule(table: string, chain: string, { proto, address, port, toPort }: Redirect): Attribute[] {
  return [
    { type: 1, value: text(table) },
    { type: 2, value: text(chain) },
    nested(4, [
      load(networkHeader, destinationOffset, 4),
      equals(address),
      expression('meta', [number(1, register.port), number(2, layerFourProtocol)]),
      equals(Uint8Array.of(protocolNumber[proto])),
      load(transportHeader, portOffset, 2),
      equals(big(port, 2)),
      constant(register.address, address),
      constant(register.port, big(toPort, 2)),
      expression('nat', [
        number(1, 1),
        number(2, NFPROTO_IPV4),
        number(3, register.address),
        number(5, register.port),
      ]),
    ]),
  ];
}

/**
 * One transaction. A table of that name is replaced, or makes it fail (EEXIST): replacing costs ten milliseconds, as
 * the kernel waits for the old rules to go before the socket can be closed.
 */
export function redirectRequests(
  table: string,
  redirects: readonly Redirect[],
  { replace }: { readonly replace: boolean },
): Request[] {
  const name: Attribute = { type: 1, value: text(table) };
  const make = (type: number, attributes: readonly Attribute[], flags: number): Request => ({
    type: (subsystem << 8) | type,
    flags: flag.request | flag.ack | flags,
    header: header(NFPROTO_IPV4),
    attributes,
  });
  const edge = (type: number): Request => ({
    type,
    flags: flag.request,
    header: header(0, subsystem),
    attributes: [],
  });
  const chain: Attribute[] = [
    name,
    { type: 3, value: text('output') },
    nested(4, [number(1, NF_INET_LOCAL_OUT), number(2, priority)]),
    { type: 7, value: text('nat') },
  ];
  return [
    edge(batch.begin),
    // Made first, so that there is one to delete.
    ...(replace ? [make(message.table, [name], flag.create), make(message.deleteTable, [name], 0)] : []),
    make(message.table, [name], flag.create | flag.exclusive),
    make(message.chain, chain, flag.create),
    ...redirects.map((redirect) =>
      make(message.rule, rule(table, 'output', redirect), flag.create | flag.append),
    ),
    edge(batch.end),
  ];
}
