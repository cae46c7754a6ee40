/**
 * Cases that differ from Docker and should not: not decisions but work to be done, each with what is missing. They are
 * played and shown like all others, and don't count as failures; one that has become equal is named, to be taken off.
 */
export const open: ReadonlyMap<string, string> = new Map([]);
