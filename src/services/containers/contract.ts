/**
 * Containers as the API needs them. `ref` is a full id, a name (with or without slash) or a unique id prefix, tried
 * in this order; `not-found`: "No such container: <ref>".
 */
import type { Duplex, Readable } from 'node:stream';
import type {
  ContainerCreateBody,
  ContainerUpdateBody,
  EndpointConfigBody,
} from '../../wire/containers/create.ts';
import type { ExecCreateBody, ExecInspect, ExecStartBody } from '../../wire/containers/exec.ts';
import type {
  ContainerCreateResponse,
  ContainerInspectResponse,
  ContainerStatsResponse,
  ContainerSummary,
  ContainerTopResponse,
  ContainerUpdateResponse,
  EndpointResource,
  FilesystemChange,
  PortMap,
} from '../../wire/generated/engine-api.ts';
import type { Filters } from '../networks/contract.ts';

export interface AttachRequest {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Replay what was logged first. */
  readonly logs: boolean;
  /** Stay attached. */
  readonly stream: boolean;
  /** `ctrl-p,ctrl-q` where undefined. */
  readonly detachKeys?: string;
}

/** Bytes as the client gets them (framed unless `tty`), and the process's standard input the other way. */
export interface AttachedStream {
  readonly tty: boolean;
  readonly stream: Duplex;
}

/** A stream whose process begins when the client knows that the stream is open. */
export interface OpeningStream {
  readonly tty: boolean;
  /** Starts the process; to be called once. What can't be started says so in the stream. */
  open(): Promise<Duplex>;
}

export interface LogsRequest {
  readonly follow: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Unix nanoseconds. */
  readonly since?: bigint;
  readonly until?: bigint;
  readonly timestamps: boolean;
  /** Lines from the end; undefined is all. */
  readonly tail?: number;
  readonly details: boolean;
}

export interface ListQuery {
  readonly all: boolean;
  readonly limit?: number;
  readonly size: boolean;
  readonly filters: Filters;
}

/** Header `X-Docker-Container-Path-Stat`: `mode` in Go's os.FileMode bits. */
export interface PathStat {
  readonly name: string;
  readonly size: number;
  readonly mode: number;
  readonly mtime: string;
  readonly linkTarget: string;
}

/** Beyond Docker: where ports were changed, those that are published now. */
export interface ContainerUpdate extends ContainerUpdateResponse {
  Ports?: PortMap;
}

/** A filesystem of storage that a container has. */
export interface OwnedFilesystem {
  readonly id: string;
  readonly container: string;
  /** The container's name without slash. */
  readonly name: string;
  /** Not so for one that could not be removed whole. */
  readonly needed: boolean;
}

export interface ContainerFilesystems {
  readonly owned: readonly OwnedFilesystem[];
  readonly settled: boolean;
}

export interface Containers {
  /** A client has begun to speak, and may want a process started in a moment: what takes the kernel long begins now. */
  expect(): void;
  create(request: {
    name?: string;
    platform?: string;
    body: ContainerCreateBody;
  }): Promise<ContainerCreateResponse>;
  list(query: ListQuery): Promise<ContainerSummary[]>;
  inspect(ref: string, options: { size: boolean }): Promise<ContainerInspectResponse>;
  /** `not-modified` when it runs already. */
  start(ref: string): Promise<void>;
  stop(ref: string, options: { signal?: string; timeout?: number }): Promise<void>;
  restart(ref: string, options: { signal?: string; timeout?: number }): Promise<void>;
  kill(ref: string, signal?: string): Promise<void>;
  pause(ref: string): Promise<void>;
  unpause(ref: string): Promise<void>;
  rename(ref: string, name: string): Promise<void>;
  update(ref: string, body: ContainerUpdateBody): Promise<ContainerUpdate>;
  remove(ref: string, options: { force: boolean; volumes: boolean; link: boolean }): Promise<void>;
  prune(filters: Filters): Promise<{ deleted: string[]; spaceReclaimed: number }>;
  /**
   * `registered` resolves once the waiter is in place (the API then sends its 200 header), `result` when the
   * condition holds.
   */
  wait(
    ref: string,
    condition: 'not-running' | 'next-exit' | 'removed',
    signal: AbortSignal,
  ): Promise<{ result: Promise<{ StatusCode: number; Error?: { Message: string } }> }>;
  resize(ref: string, size: { height: number; width: number }): Promise<void>;
  attach(ref: string, request: AttachRequest, signal: AbortSignal): Promise<AttachedStream>;
  logs(
    ref: string,
    request: LogsRequest,
    signal: AbortSignal,
  ): Promise<{ tty: boolean; stream: AsyncIterable<Buffer> }>;
  top(ref: string, psArgs: string): Promise<ContainerTopResponse>;
  stats(
    ref: string,
    options: { stream: boolean; oneShot: boolean },
    signal: AbortSignal,
  ): Promise<AsyncIterable<ContainerStatsResponse>>;
  changes(ref: string): Promise<FilesystemChange[]>;
  export(ref: string, signal: AbortSignal): Promise<Readable>;
  statPath(ref: string, path: string): Promise<PathStat>;
  readArchive(ref: string, path: string, signal: AbortSignal): Promise<{ stat: PathStat; tar: Readable }>;
  writeArchive(
    ref: string,
    path: string,
    tar: Readable,
    options: { noOverwriteDirNonDir: boolean; copyUidGid: boolean },
  ): Promise<void>;
  commit(request: {
    container: string;
    repo?: string;
    tag?: string;
    comment: string;
    author: string;
    pause: boolean;
    changes: readonly string[];
    config: ContainerCreateBody | null;
  }): Promise<{ Id: string }>;

  execCreate(ref: string, body: ExecCreateBody): Promise<{ Id: string }>;
  /** Detached: null. */
  execStart(id: string, body: ExecStartBody, signal: AbortSignal): Promise<OpeningStream | null>;
  execResize(id: string, size: { height: number; width: number }): Promise<void>;
  execInspect(id: string): Promise<ExecInspect>;

  /** Network operations that the container has to know of. */
  connect(network: string, container: string, endpoint: EndpointConfigBody): Promise<void>;
  disconnect(network: string, container: string, force: boolean): Promise<void>;
  /** `Containers` of a network's inspect. */
  endpointsOf(networkId: string): Promise<Record<string, EndpointResource>>;

  /** For a check of the store. `settled` where no container is being made or removed: then no others are owned. */
  filesystems(): ContainerFilesystems;
  counts(): { total: number; running: number; paused: number; stopped: number };
}
