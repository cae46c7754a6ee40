/** One open port of the userland proxy. */
export interface OpenProxy {
  /** Closes the port and the connections through it. */
  close(): void;
}
