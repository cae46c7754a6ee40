/**
 * `sh scripts/with-node.sh scripts/cli-coverage.ts`: writes docs/compat/cli.md, docker's commands and flags beside those
 * of the command line. The list of docker's is test/fixtures/docker-cli; what is tested is told by the command lines
 * that tests play, read by the program's own parser.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Command } from '../src/cli/command.ts';
import { parseFlags } from '../src/cli/flags/parse.ts';
import { globalFlags } from '../src/cli/globals.ts';
import { refusal } from '../src/cli/not-yet.ts';
import { resolve } from '../src/cli/resolve.ts';
import { root } from '../src/cli/root.ts';
import { createCases } from '../test/cli/record/create-cases.ts';
import { goldenCases } from '../test/cli/record/golden-cases.ts';
import { requestCases } from '../test/cli/record/request-cases.ts';
import { words } from '../test/harness/words.ts';
import { looks } from '../test/integration/cli/cases.ts';
import { paths, project } from './check/sources.ts';

const Listed = v.object({
  origin: v.string(),
  commands: v.array(
    v.object({
      name: v.string(),
      group: v.optional(v.boolean(), false),
      aliases: v.optional(v.array(v.string()), []),
      flags: v.optional(
        v.array(v.object({ name: v.string(), short: v.optional(v.string()), type: v.string() })),
        [],
      ),
    }),
  ),
});
type ListedCommand = v.InferOutput<typeof Listed>['commands'][number];

interface FlagRow {
  readonly name: string;
  readonly short: string | undefined;
  readonly accepted: boolean;
  readonly tested: boolean;
}

interface CommandRow {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Spellings that ours does not know. */
  readonly missing: readonly string[];
  /** What ours says instead, where it has no such command. */
  readonly refused: string | undefined;
  readonly tested: boolean;
  readonly flags: readonly FlagRow[];
}

export interface Coverage {
  readonly origin: string;
  readonly rows: readonly CommandRow[];
}

/** Flags that command lines of tests give, by the command they are for (`run`, `container run` are one). */
type Played = ReadonlyMap<Command, ReadonlySet<string>>;

/** Lines in the text of tests: what stands in quotes and begins with `docker`, or is typed into a terminal. */
async function typedInTests(): Promise<string[][]> {
  const files = await paths(['test/integration/cli', 'test/cli'], (path) => path.endsWith('.ts'));
  const texts = await Promise.all(files.map((path) => readFile(join(project, path), 'utf8')));
  return texts.flatMap((text) =>
    [...text.matchAll(/(['"`])docker ((?:(?!\1).)+)\1|inTerminal\(\s*'([^']+)'/g)].map(
      ([, , line = '', typed = line]) => words(typed),
    ),
  );
}

async function played(): Promise<Played> {
  const lines: (readonly string[])[] = [
    ...goldenCases,
    ...looks,
    ...requestCases.map((line) => words(line)),
    // `run` takes the very flags of `create`.
    ...createCases.flatMap((args) => [
      ['create', ...args],
      ['run', ...args],
    ]),
    ...(await typedInTests()),
  ];
  const found = new Map<Command, Set<string>>();
  for (const line of lines) {
    const { args } = attempt(() => parseFlags(line, globalFlags, { interspersed: false })) ?? { args: line };
    const resolved = resolve(root, 'docker', args);
    if (resolved.kind !== 'leaf') continue;
    const { command } = await resolved.leaf.load();
    const flags = found.get(command) ?? new Set<string>();
    found.set(command, flags);
    const options = { interspersed: command.interspersed ?? true };
    const parsed = attempt(() => parseFlags(resolved.rest, command.flags, options));
    for (const name of parsed?.changed ?? []) flags.add(name);
  }
  return found;
}

/** Lines of tests for mistakes can't be parsed: they play no flag. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

export async function coverage(): Promise<Coverage> {
  const fixture = join(project, 'test/fixtures/docker-cli/commands.json');
  const { origin, commands } = v.parse(Listed, JSON.parse(await readFile(fixture, 'utf8')));
  const lines = await played();
  const rows: CommandRow[] = [];
  for (const listed of commands) if (!listed.group) rows.push(await rowOf(listed, lines));
  return { origin, rows };
}

async function rowOf({ name, aliases, flags }: ListedCommand, lines: Played): Promise<CommandRow> {
  const resolved = resolve(root, 'docker', name.split(' '));
  if (resolved.kind !== 'leaf') {
    const refused = refusal('minke', name.split(' ')[0] ?? '') ?? 'unknown command';
    const none = flags.map((flag) => ({
      name: flag.name,
      short: flag.short,
      accepted: false,
      tested: false,
    }));
    return { name, aliases, missing: aliases, refused, tested: false, flags: none };
  }
  const { command } = await resolved.leaf.load();
  const missing: string[] = [];
  for (const alias of aliases) {
    const other = resolve(root, 'docker', alias.split(' '));
    if (other.kind !== 'leaf' || (await other.leaf.load()).command !== command) missing.push(alias);
  }
  const given = lines.get(command);
  return {
    name,
    aliases,
    missing,
    refused: undefined,
    tested: given !== undefined,
    flags: flags.map((flag) => {
      const ours = command.flags[flag.name];
      const accepted = flag.name === 'help' || (ours !== undefined && ours.short === flag.short);
      // Help of every command is asked for by a test of its own.
      const tested = flag.name === 'help' || (given?.has(ours?.aliasFor ?? flag.name) ?? false);
      return { name: flag.name, short: flag.short, accepted, tested };
    }),
  };
}

const spelled = ({ name, short }: FlagRow): string =>
  `\`${short === undefined ? '' : `-${short}, `}--${name}\``;

export function page({ origin, rows }: Coverage): string {
  const there = rows.filter(({ refused }) => refused === undefined);
  const flags = there.flatMap((row) => row.flags);
  const count = (of: (flag: FlagRow) => boolean): number => flags.filter(of).length;
  const list = (found: readonly FlagRow[]): string => found.map(spelled).join(' ');
  return [
    "# The command line beside docker's",
    '',
    'Written by `sh scripts/with-node.sh scripts/cli-coverage.ts`; do not edit. Commands and flags are those of',
    `${origin}. A flag is tested where a command line of a test gives it.`,
    '',
    `${there.length} of ${rows.length} commands are there, with ${count(({ accepted }) => accepted)} of their ${flags.length} flags;`,
    `${count(({ tested }) => tested)} of these are given by tests. The rest is refused in one line.`,
    '',
    '| command | spellings | flags, tested | accepted, not yet tested | not accepted |',
    '| --- | --- | --- | --- | --- |',
    ...there.map((row) => {
      const spellings = row.aliases.map(
        (alias) => `${row.missing.includes(alias) ? 'not ' : ''}\`${alias}\``,
      );
      const tested = row.flags.filter((flag) => flag.accepted && flag.tested);
      const untested = row.flags.filter((flag) => flag.accepted && !flag.tested);
      const refused = row.flags.filter((flag) => !flag.accepted);
      return `| \`${row.name}\`${row.tested ? '' : ' (not tested)'} | ${spellings.join(' ')} | ${list(tested)} | ${list(untested)} | ${list(refused)} |`;
    }),
    '',
    '## Not there yet',
    '',
    '| command | what is said |',
    '| --- | --- |',
    ...rows
      .filter(({ refused }) => refused !== undefined)
      .map(({ name, refused }) => `| \`${name}\` | ${refused} |`),
    '',
  ].join('\n');
}

if (import.meta.main) {
  const found = await coverage();
  await writeFile(join(project, 'docs/compat/cli.md'), page(found));
  for (const { name, flags, refused } of found.rows) {
    const open = flags.filter(({ tested }) => !tested).map((flag) => flag.name);
    if (refused === undefined && open.length > 0) console.log(`${name}: ${open.join(' ')}`);
  }
}
