import type { ResolverHost } from '../../../host/netns/contract.ts';
import { responseCode } from '../../../wire/dns.ts';
import type { NameSpec } from '../../../wire/names.ts';
import type { Resolver } from '../contract.ts';
import { answerElsewhere, answerHere, isBareAddressQuestion, refusal } from './answer.ts';
import { askTcp, askUdp } from './ask.ts';
import { Directory } from './directory.ts';
import { hostAnswerer } from './host-names.ts';
import { type Answerer, DnsListener } from './listener.ts';
import { upstreamsOf } from './upstreams.ts';

export interface EmbeddedResolverOptions {
  /** Makes sockets in containers' namespaces. */
  readonly sockets: ResolverHost;
  /** Servers of the host's resolv.conf, now. */
  readonly hostNameservers: () => readonly string[];
}

interface Open {
  readonly namespace: string;
  readonly listener: DnsListener;
}

/** The resolver inside this process: one UDP and one TCP socket a container, made in its namespace. */
export class EmbeddedResolver implements Resolver {
  readonly address = '127.0.0.11';
  readonly #options: EmbeddedResolverOptions;
  readonly #directory = new Directory();
  readonly #open = new Map<string, Open>();
  #host: DnsListener | null = null;

  constructor(options: EmbeddedResolverOptions) {
    this.#options = options;
  }

  async state(container: string, spec: NameSpec): Promise<void> {
    this.#directory.set(container, spec);
    const open = this.#open.get(container);
    if (open?.namespace === spec.namespace) return;
    this.#close(container);
    if (spec.namespace === null) return;
    const { namespace } = spec;
    const listener = new DnsListener(this.#answererFor(container, namespace));
    this.#open.set(container, { namespace, listener });
    try {
      await listener.listen(this.#options.sockets.openResolver(namespace, this.address));
    } catch (error) {
      listener.close();
      await this.forget(container);
      throw error;
    }
  }

  async forget(container: string): Promise<void> {
    this.#directory.delete(container);
    this.#close(container);
  }

  /**
   * The engine's names for the host itself, at an address of it; null: no longer.
   * @throws the system's error where the address is taken or none of the host
   */
  async answerHost(at: { readonly host: string; readonly port: number } | null): Promise<void> {
    this.#host?.close();
    this.#host = null;
    if (at === null) return;
    const family = at.host.includes(':') ? 'udp6' : 'udp4';
    const listener = new DnsListener(hostAnswerer(this.#directory), family);
    await listener.listen(at);
    this.#host = listener;
  }

  shutdown(): void {
    for (const container of [...this.#open.keys()]) this.#close(container);
    this.#host?.close();
  }

  #close(container: string): void {
    this.#open.get(container)?.listener.close();
    this.#open.delete(container);
  }

  #answererFor(container: string, namespace: string): Answerer {
    const { sockets, hostNameservers } = this.#options;
    const view = {
      addresses: (name: string) => this.#directory.addresses(container, name),
      nameOf: (address: string) => this.#directory.nameOf(container, address),
    };
    const inside = (transport: 'tcp' | 'udp', address: string): number =>
      sockets.outgoing(namespace, transport, address, 53);
    return {
      here: (query, question, limit) => answerHere(query, question, view, limit),
      elsewhere: async (query, question, transport) => {
        const spec = this.#directory.get(container);
        if (spec === undefined) return refusal(query, question, responseCode.failure);
        // The asker completes the name by its search list and asks again.
        if (spec.ndots && isBareAddressQuestion(question)) return refusal(query, question, responseCode.ok);
        const upstreams = upstreamsOf(spec, this.address, hostNameservers());
        const ask = transport === 'tcp' ? askTcp : askUdp;
        return answerElsewhere(query, question, upstreams, (upstream, message, about) =>
          ask(upstream, message, about, inside),
        );
      },
    };
  }
}
