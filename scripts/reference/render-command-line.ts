import { answerFallback, type Question, questions } from '../../actions/lib/deployment/scaffold/questions.ts';
import { writtenOption } from '../cli/command-help.ts';
import type { Command, CommandEntry } from '../cli/run-command.ts';
import { codeText } from './field-facts.ts';
import { linkTo, prose, table } from './markdown-page.ts';

/** What the page says about one command. */
type Described = Pick<CommandEntry, 'usage' | 'summary'> & { options: Command['options'] };

/** The reference of the command line as Markdown. */
export function renderCommandLine(commands: Readonly<Record<string, Described>>): string {
  const entries = Object.entries(commands);
  return `${[
    '# The command line',
    '<!-- Made by scripts/reference/generate.ts from the commands themselves. -->',
    '`npx opensarlab <command>` in the root of the repository, or with `--root DIR` from anywhere. What a person runs on a laptop is what the workflows run. A command ends with 0 when all is well, with 1 when there are findings or something failed, and with 2 when it was called wrongly. `--help` explains a command, `--version` says which one this is. Colours are printed to a terminal unless `NO_COLOR` is set, and elsewhere with `FORCE_COLOR`.',
    entries.map(([name]) => `- ${linkTo(name, codeText(name))}`).join('\n'),
    ...entries.flatMap(([name, { usage, summary, options }]) => [
      `## ${codeText(name)}`,
      `\`\`\`sh\nnpx opensarlab ${usage}\n\`\`\``,
      prose(summary),
      ...optionTable(options),
      ...(name === 'new' ? newFields() : []),
      ...(name === 'validate' ? validateFormats() : []),
    ]),
  ].join('\n\n')}\n`;
}

function optionTable(options: Described['options']): string[] {
  const rows = Object.entries(options).map(([name, option]) => [
    codeText(writtenOption(name, option)),
    prose(option.help),
  ]);
  return rows.length === 0 ? [] : [table(['option', ''], rows)];
}

function newFields(): string[] {
  return [
    'The fields that the answers fill:',
    table(
      ['option', 'field', 'default'],
      questions.map((question) => [
        codeText(`--${question.flag}`),
        codeText(fieldOf(question)),
        answerFallback(question),
      ]),
    ),
  ];
}

function validateFormats(): string[] {
  return [
    table(
      ['format', 'for'],
      [
        [
          '`text`',
          'people: the place, the line with a caret, and what to do; coloured in a terminal unless NO_COLOR is set',
        ],
        ['`json`', 'programs: `{valid, declarations, errors, warnings, diagnostics}`'],
        ['`github`', 'workflows: annotations, ten of a kind, and all findings in the job summary'],
        ['`sarif`', 'code scanning: SARIF 2.1.0 with the rules that were broken'],
      ],
    ),
  ];
}

function fieldOf({ key, path }: Question): string {
  return key === 'spot' ? 'nodes[].is_spot' : path.slice(1).replaceAll('/', '.');
}
