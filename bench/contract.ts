/** A benchmark: one thing that a person waits for, or that the machine pays for, measured on two engines in turn. */
import type { Engine, EngineOptions } from '../test/harness/engine/contract.ts';

export interface BenchCase {
  readonly name: string;
  readonly unit: 'ms' | 'MB';
  /** How often the docker client is started within a sample, one after the other; default 1, 0 where it does not matter. */
  readonly clients?: number;
  /** Samples an engine; default 15. 1: measured once. */
  readonly samples?: number;
  /** Once an engine, before the first sample. */
  prepare?(engine: Engine): Promise<void>;
  /** One sample. What must be made ready or cleaned up around it is not measured. */
  sample(engine: Engine): Promise<number>;
  /** Once an engine, after the last sample. */
  clear?(engine: Engine): Promise<void>;
}

/** Cases that share a pair of engines, in order. */
export interface BenchGroup {
  readonly name: string;
  readonly engine?: EngineOptions;
  /**
   * Engines keep their data on the ext4 with a journal (ground.ts): for cases that make and remove files. Not for those
   * that move bulk data: what passes the loop device is written twice.
   */
  readonly journaled?: boolean;
  readonly cases: readonly BenchCase[];
}

export interface BenchResult {
  readonly name: string;
  readonly clients: number;
  readonly unit: 'ms' | 'MB';
  /** Samples by engine, in the order in which they were taken. */
  readonly samples: Readonly<Record<string, readonly number[]>>;
}
