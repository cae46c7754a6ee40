/** What the main thread and an archive thread say to each other. */
import type { ErrorKind } from '../../errors/minke-error.ts';
import type { Compressor } from '../../kit/compression/compressor.ts';
import type { FilePart } from '../../kit/stream/file-part.ts';
import type {
  ExtractOptions,
  LayerExtract,
  LayerExtracted,
  LayerParts,
  PackOptions,
  PathStat,
  StatOptions,
  TreeChange,
  TreePlan,
} from './contract.ts';

/** What a thread knows from its start. */
export interface WorkerFacts {
  /** gzip is unpacked by ISA-L, where the host has it. */
  readonly withIsal: boolean;
}

/** One question, one answer. */
export interface Calls {
  readonly stat: {
    readonly take: { readonly root: string; readonly path: string; readonly options: StatOptions };
    readonly give: PathStat;
  };
  /** A descriptor, valid in all threads. */
  readonly compose: { readonly take: TreePlan; readonly give: number };
  readonly overlayChanges: {
    readonly take: { readonly upper: string; readonly lowers: readonly string[] };
    readonly give: TreeChange[];
  };
  readonly treeChanges: {
    readonly take: { readonly old: string; readonly tree: string };
    readonly give: TreeChange[];
  };
  readonly changedSize: {
    readonly take: { readonly old: string; readonly tree: string };
    readonly give: number;
  };
  readonly usage: { readonly take: string; readonly give: number };
  readonly remove: { readonly take: string; readonly give: undefined };
  readonly copy: { readonly take: { readonly from: string; readonly to: string }; readonly give: undefined };
}

/** The main thread sends chunks, or says where they lie; then the thread answers. */
export interface Inputs {
  readonly extract: {
    readonly take: { readonly root: string; readonly path: string; readonly options: ExtractOptions };
    readonly give: undefined;
  };
  readonly extractLayer: { readonly take: LayerExtract; readonly give: LayerExtracted };
}

/** The thread sends chunks, as many as it was asked for. */
export interface Outputs {
  readonly pack: { readonly root: string; readonly options: PackOptions };
  readonly assembleLayer: LayerParts;
  readonly compressLayer: {
    readonly layer: LayerParts;
    readonly digest: string;
    readonly by: Compressor;
  };
  readonly packOverlay: string;
  readonly packChanges: { readonly old: string; readonly tree: string };
}

export type CallOrder = {
  [Name in keyof Calls]: { readonly name: Name; readonly take: Calls[Name]['take'] };
}[keyof Calls];
export type InputOrder = {
  [Name in keyof Inputs]: { readonly name: Name; readonly take: Inputs[Name]['take'] };
}[keyof Inputs];
export type OutputOrder = {
  [Name in keyof Outputs]: { readonly name: Name; readonly take: Outputs[Name] };
}[keyof Outputs];

export type Order = { readonly id: number } & (
  | { readonly kind: 'call'; readonly order: CallOrder }
  | { readonly kind: 'input'; readonly order: InputOrder; readonly part?: FilePart }
  | { readonly kind: 'output'; readonly order: OutputOrder }
  | { readonly kind: 'chunk'; readonly data: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'end' }
  | { readonly kind: 'pull' }
  | { readonly kind: 'abort' }
);

export interface Failure {
  readonly kind: ErrorKind;
  readonly message: string;
  /** errno's name, where the kernel said no. */
  readonly code: string;
}

export type Answer = { readonly id: number } & (
  | { readonly kind: 'give'; readonly give: unknown }
  | { readonly kind: 'failure'; readonly failure: Failure }
  /** An input's chunk has been worked off; its buffer comes back to be filled again. */
  | { readonly kind: 'consumed'; readonly bytes: number; readonly buffer: ArrayBuffer }
  | { readonly kind: 'chunk'; readonly data: Uint8Array<ArrayBuffer> }
  /** Bytes of a file that were read for an input. */
  | { readonly kind: 'read'; readonly bytes: number }
);
