/** What the main thread and the network thread say to each other (structured clones). */
import type { LinkKind, Namespace, NetworkState, Step } from './contract.ts';

export interface Calls {
  readonly run: { readonly take: readonly Step[]; readonly give: undefined };
  readonly state: { readonly take: Namespace; readonly give: NetworkState };
  readonly supports: { readonly take: LinkKind; readonly give: boolean };
  readonly sysctl: {
    readonly take: { readonly namespace: Namespace; readonly key: string };
    readonly give: string | null;
  };
  readonly filterGeneration: { readonly take: null; readonly give: number | null };
  readonly namespaces: { readonly take: string; readonly give: string[] };
}

export type CallName = keyof Calls;

export type Order = {
  [Name in CallName]: { readonly id: number; readonly call: Name; readonly take: Calls[Name]['take'] };
}[CallName];

export type Answer =
  | { readonly id: number; readonly give: Calls[CallName]['give'] }
  | { readonly id: number; readonly failure: { readonly message: string; readonly code: string } };
