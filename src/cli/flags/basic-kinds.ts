import type { Kind } from './kind.ts';

const syntax = (what: string, raw: string): Error =>
  new Error(`strconv.${what}: parsing ${JSON.stringify(raw)}: invalid syntax`);
const range = (what: string, raw: string): Error =>
  new Error(`strconv.${what}: parsing ${JSON.stringify(raw)}: value out of range`);

export const bool: Kind<boolean> = {
  typeName: '',
  zero: false,
  bare: 'true',
  parse: (raw) => {
    if (/^(1|[tT]|true|TRUE|True)$/.test(raw)) return true;
    if (/^(0|[fF]|false|FALSE|False)$/.test(raw)) return false;
    throw syntax('ParseBool', raw);
  },
  show: (value) => (value ? 'true' : undefined),
};

export const string: Kind<string> = {
  typeName: 'string',
  zero: '',
  parse: (raw) => raw,
  show: (value) => (value === '' ? undefined : JSON.stringify(value)),
};

/** Go's integer syntax: decimal, 0x, 0o, 0b, leading zero for octal, underscores between digits of a based one. */
function integer(raw: string, what: string, lowest: bigint, highest: bigint): number {
  const match = /^([+-]?)(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|0[0-7_]*|[1-9][0-9_]*)$/.exec(raw);
  const digits = match?.[2];
  if (digits === undefined) throw syntax(what, raw);
  const plain = digits.replaceAll('_', '');
  const literal = /^0[0-7]+$/.test(plain) ? `0o${plain.slice(1)}` : plain;
  const value = match?.[1] === '-' ? -BigInt(literal) : BigInt(literal);
  if (match?.[1] === '-' && what === 'ParseUint') throw syntax(what, raw);
  if (value < lowest || value > highest) throw range(what, raw);
  return Number(value);
}

const numberKind = (typeName: string, what: string, lowest: bigint, highest: bigint): Kind<number> => ({
  typeName,
  zero: 0,
  parse: (raw) => integer(raw, what, lowest, highest),
  show: (value) => (value === 0 ? undefined : String(value)),
});

export const int = numberKind('int', 'ParseInt', -(1n << 63n), (1n << 63n) - 1n);
export const uint16: Kind<number> = {
  ...numberKind('uint16', 'ParseUint', 0n, (1n << 16n) - 1n),
};
export const uint64 = numberKind('uint', 'ParseUint', 0n, (1n << 64n) - 1n);

export const float: Kind<number> = {
  typeName: 'float',
  zero: 0,
  parse: (raw) => {
    if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(raw)) throw syntax('ParseFloat', raw);
    return Number(raw);
  },
  show: (value) => (value === 0 ? undefined : String(value)),
};
