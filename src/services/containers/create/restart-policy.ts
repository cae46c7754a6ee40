/** `--restart`: what may be asked for. */
import { invalid } from '../../../errors/minke-error.ts';

export interface RestartPolicy {
  readonly Name: string;
  readonly MaximumRetryCount: number;
}

/** @throws invalid */
export function checkRestartPolicy({ Name, MaximumRetryCount }: RestartPolicy): void {
  if (!['', 'no', 'always', 'unless-stopped', 'on-failure'].includes(Name)) {
    throw invalid(
      `invalid restart policy: unknown policy '${Name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
    );
  }
  if (MaximumRetryCount < 0) {
    throw invalid(
      `invalid restart policy: maximum retry count cannot be ${Name === 'on-failure' ? 'negative' : 'used with restart policy'}`,
    );
  }
  if (Name !== 'on-failure' && MaximumRetryCount !== 0) {
    throw invalid("invalid restart policy: maximum retry count can only be used with 'on-failure'");
  }
}

export const hasPolicy = ({ Name }: RestartPolicy): boolean => Name !== '' && Name !== 'no';
