/** Ends the command with a status of its own; an empty message prints nothing. */
export class StatusError extends Error {
  readonly status: number;

  constructor(message: string, status: number, options?: { cause?: unknown }) {
    super(message, options);
    this.status = status;
  }
}

/** Docker's status for mistakes in the arguments of any command, and for `run` when the daemon refuses. */
export const usageStatus = 125;
