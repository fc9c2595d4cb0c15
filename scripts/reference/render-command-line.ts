import { type Question, questions } from '../../actions/lib/deployment-scaffold/questions.ts';
import type { CommandEntry } from '../cli/run-command.ts';
import { codeText } from './field-facts.ts';
import { linkTo, prose, table } from './markdown-page.ts';

/** The reference of the command line as Markdown. */
export function renderCommandLine(commands: Readonly<Record<string, Pick<CommandEntry, 'usage' | 'summary'>>>): string {
  const entries = Object.entries(commands);
  return `${[
    '# The command line',
    '<!-- Made by scripts/reference/generate.ts from the commands themselves. -->',
    '`npx opensarlab <command>` in the root of the repository, or with `--root DIR` from anywhere. What a person runs on a laptop is what the workflows run. A command ends with 0 when all is well, with 1 when there are findings or something failed, and with 2 when it was called wrongly.',
    entries.map(([name]) => `- ${linkTo(name, codeText(name))}`).join('\n'),
    ...entries.flatMap(([name, { usage, summary }]) => [
      `## ${codeText(name)}`,
      `\`\`\`sh\nnpx opensarlab ${usage}\n\`\`\``,
      prose(summary),
      ...(name === 'new' ? newOptions() : []),
      ...(name === 'validate' ? validateFormats() : []),
    ]),
  ].join('\n\n')}\n`;
}

function newOptions(): string[] {
  return [
    'Asks for what is missing when standard input is a terminal; with all required options it runs unattended. An existing file is never overwritten. `--dry-run` prints the file instead of writing it.',
    table(
      ['option', '', 'field', 'default'],
      questions.map((question) => [
        optionOf(question),
        question.label,
        codeText(fieldOf(question)),
        fallbackOf(question),
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

function optionOf({ flag, kind, choices }: Question): string {
  if (kind === 'yes-no') return codeText(`--${flag}`);
  const value = choices?.join('|') ?? { list: 'A,B', profiles: 'A,B', number: 'N', text: 'TEXT', choice: 'TEXT' }[kind];
  return codeText(`--${flag} ${value}`);
}

function fieldOf({ key, path }: Question): string {
  return key === 'spot' ? 'nodes[].is_spot' : path.slice(1).replaceAll('/', '.');
}

function fallbackOf({ kind, required, fallback }: Question): string {
  if (kind === 'profiles') return 'all of the example';
  return fallback ?? (required ? 'required' : 'none');
}
