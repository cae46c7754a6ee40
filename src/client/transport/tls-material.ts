/** PEM texts, and whether the daemon's certificate is checked. */
export interface TlsMaterial {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly verify: boolean;
  /** Name to check the certificate against, where it is not the host. */
  readonly serverName?: string | undefined;
}
