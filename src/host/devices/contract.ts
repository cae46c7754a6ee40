/** Device nodes of the host: what `--device` and privileged containers are given. */
export interface DeviceNode {
  readonly path: string;
  readonly type: 'c' | 'b' | 'p';
  readonly major: number;
  readonly minor: number;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface Devices {
  /**
   * The node at a path (links followed; `path` of the answer is as asked), or all nodes below a folder. Empty where
   * there is something else; undefined where there is nothing.
   */
  at(path: string): DeviceNode[] | undefined;
  /** All nodes of /dev that make sense in another container: not terminals, shared memory, message queues. */
  all(): DeviceNode[];
}
