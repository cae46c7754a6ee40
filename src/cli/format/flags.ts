import { bool, string } from '../flags/basic-kinds.ts';
import { flag } from '../flags/kind.ts';
import { filter } from '../flags/list-kinds.ts';

/** Flags that most listings share. */
export const listingFormat = flag(
  string,
  `Output by a template:
'table':           columns with heads (default)
'table TEMPLATE':  columns that a Go template names
'json':            one JSON object a line
'TEMPLATE':        a Go template for each line`,
);

export const inspectFormat = flag(
  string,
  `Output by a template:
'json':      JSON on one line
'TEMPLATE':  a Go template for each object`,
  { short: 'f' },
);

export const filterFlag = flag(filter, 'Show only what meets a condition (name=value)', { short: 'f' });
export const filterOnly = flag(filter, 'Only what meets a condition (name=value)');
export const noTrunc = flag(bool, 'Show ids and texts in full');
