/**
 * Loaded in front of the tests: properties are tried with the same values each time, so that a run can be had again.
 * `MINKE_FUZZ_SEED=n` tries others.
 */
import { configureGlobal } from 'fast-check';

configureGlobal({ seed: Number(process.env.MINKE_FUZZ_SEED ?? 20_261_126) });
