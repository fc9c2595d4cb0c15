import { resolve } from 'node:path';
import { renderGitHubDoctor } from '../../actions/lib/report/github-review.ts';
import { doctorGitHub } from '../../actions/lib/verbs/doctor-github.ts';
import { rootOption } from './checkout.ts';
import { githubTarget, repositoryOptions, settingsOf, setupOf } from './github-target.ts';
import { type Command, type CommandArguments, misused } from './run-command.ts';
import { printReport } from './terminal-reporter.ts';

/** Nothing is changed: the exit code says whether all that matters is in place. */
export const doctorCommand: Command = {
  options: {
    ...rootOption,
    ...repositoryOptions,
    format: { type: 'string', value: 'text|json', help: 'How to print what was found; by default as text.' },
  },
  positionals: { min: 1, max: 1 },
  async run(args, streams) {
    const [subject] = args.positionals;
    if (subject !== 'github') throw misused(`There is no doctor for ${JSON.stringify(subject)}: it looks at github.`);
    const json = formatOf(args) === 'json';
    const setup = setupOf(args);
    const target = await githubTarget(args, resolve(args.text('root') ?? '.'));
    const settings = settingsOf(target);
    if (settings === undefined) {
      throw misused(
        'doctor github needs an administrator’s token in GITHUB_TOKEN.',
        'For example: GITHUB_TOKEN=$(gh auth token) npx opensarlab doctor github. It changes nothing.',
      );
    }
    const result = await doctorGitHub(`${target.owner}/${target.name}`, setup, settings);
    if (json) streams.out(JSON.stringify(result, null, 2));
    else printReport(streams, renderGitHubDoctor(result.repository, result));
    return result.ready ? 0 : 1;
  },
};

function formatOf(args: CommandArguments): 'text' | 'json' {
  const format = args.text('format') ?? 'text';
  if (format === 'text' || format === 'json') return format;
  throw misused('--format takes text or json.');
}
