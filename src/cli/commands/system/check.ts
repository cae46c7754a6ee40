import {
  type CheckFinding,
  type CheckSummary,
  checkFinding,
  checkStore,
  checkSummary,
} from '../../../client/system/check.ts';
import { command as define } from '../../command.ts';
import { bool, string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { showProgress } from '../../progress/show.ts';
import { StatusError } from '../../status-error.ts';

/** One finding as a few lines of text. */
function describe(finding: CheckFinding, repairing: boolean): string[] {
  const outcome = finding.Fetched
    ? ' (fetched again)'
    : finding.Repaired
      ? ' (repaired)'
      : repairing
        ? ' (NOT repaired)'
        : '';
  const lines = [`${finding.Kind} ${finding.Subject}: ${finding.Problem}${outcome}`];
  if (finding.Reason !== '') lines.push(`  ${finding.Reason}`);
  if (finding.PullAgain.length > 0)
    lines.push(...finding.PullAgain.map((command) => `  to have it again: ${command}`));
  else if (finding.Kind === 'image' && !finding.Fetched)
    lines.push('  it came from no registry: load, import or build it again');
  return lines;
}

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  examples: ['minke system check', 'minke system check --repair'],
  flags: {
    repair: flag(
      bool,
      'Remove what belongs to nothing, drop what is damaged, make anew or fetch again what can be',
    ),
    format: flag(string, "Format of the output ('json')"),
  },
  async run(cli, { flags }) {
    if (flags.format !== '' && flags.format !== 'json')
      throw new StatusError(`unknown format ${JSON.stringify(flags.format)}: json is the only one`, 125);
    const response = await checkStore(await cli.client(), { repair: flags.repair });
    const findings: CheckFinding[] = [];
    let summary: CheckSummary | undefined;
    await showProgress(response.body, cli.err, (aux) => {
      if (aux.Finding !== undefined) findings.push(checkFinding(aux.Finding));
      if (aux.Summary !== undefined) summary = checkSummary(aux.Summary);
    });
    if (summary === undefined) throw new StatusError('the check ended before it was done', 1);
    if (flags.format === 'json') cli.out.line(JSON.stringify({ ...summary, Problems: findings }));
    else {
      for (const line of findings.flatMap((finding) => describe(finding, flags.repair))) cli.out.line(line);
      cli.out.line(
        `${summary.Images} images, ${summary.Layers} layers, ${summary.Blobs} blobs, ${summary.Containers} containers: ` +
          (summary.Findings === 0
            ? 'nothing is wrong'
            : `${summary.Findings} problems${flags.repair ? `, ${summary.Repaired} repaired` : ''}`),
      );
    }
    if (summary.Busy)
      cli.err.line(
        'Images were coming or going: what belongs to nothing was not looked for. Try again later.',
      );
    return summary.Findings > summary.Repaired ? 1 : 0;
  },
});
