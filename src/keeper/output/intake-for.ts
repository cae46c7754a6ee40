import type { LogSpec } from '../../wire/keeper.ts';
import type { Intake } from './contract.ts';
import { LoggedIntake, type LoggedIntakePaths } from './logged-intake.ts';
import { UnloggedIntake } from './unlogged-intake.ts';

export const intakeFor = (log: LogSpec, paths: LoggedIntakePaths): Intake =>
  log.driver === 'none' ? new UnloggedIntake() : new LoggedIntake(log, paths);
