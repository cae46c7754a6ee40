import type { ChainId, StorageFault } from '../../../drivers/storage/contract.ts';
import type { Digest } from '../../../wire/digest.ts';

export type Repair =
  | { readonly do: 'drop image'; readonly id: Digest; readonly chain: readonly ChainId[] }
  | { readonly do: 'drop name'; readonly name: string; readonly image: Digest }
  | { readonly do: 'forget manifest'; readonly id: Digest; readonly digest: Digest }
  /** Bottom first. */
  | { readonly do: 'remove layers'; readonly layers: readonly ChainId[] }
  | { readonly do: 'remove blob'; readonly digest: Digest }
  | { readonly do: 'forget source'; readonly diffId: Digest }
  | { readonly do: 'remove filesystem'; readonly id: string }
  | { readonly do: 'mend storage'; readonly fault: StorageFault }
  | { readonly do: 'count anew' };

export type FindingKind =
  | 'image'
  | 'name'
  | 'manifest'
  | 'layer'
  | 'blob'
  | 'source'
  | 'container'
  | 'filesystem'
  | 'storage'
  | 'count';

export interface Finding {
  readonly kind: FindingKind;
  /** A digest, a name, a container id, or a path below the storage driver's folders. */
  readonly subject: string;
  readonly problem: string;
  /** Null: `reason` says why nothing is done. */
  readonly repair: Repair | null;
  readonly reason?: string;
  /** Commands that bring an image again once it is dropped. */
  readonly again?: readonly string[];
}
