import MarkdownIt from 'markdown-it';

/** One thing that a recipe says to do. */
export type Step =
  | { kind: 'make'; path: string; text: string }
  | { kind: 'insert'; path: string; where: 'after' | 'before'; anchor: string; text: string }
  | { kind: 'replace'; path: string; anchor: string; text: string }
  | { kind: 'run'; command: string; outcome: Outcome };

/** What a command must do; `fails` with what it must say. */
export type Outcome = { fails: string } | 'passes';

export type Recipe = { title: string; steps: Step[] };

type Tokens = ReturnType<InstanceType<typeof MarkdownIt>['parse']>;

const make = /^Make `([^`]+)`:$/;
const insert = /^In `([^`]+)`, (after|before) `(.+)`:$/;
const replace = /^In `([^`]+)`, in place of `(.+)`:$/;
const fail = /^Run, and see it fail with `(.+)`:$/;
const pass = /^Run(?:, and see it pass)?:$/;

/**
 * The recipes of a page: its headings `## Recipe: …`, with what stands in front of each block of code and ends in a colon.
 * @throws Error for a block of code in a recipe of which nothing says what to do with it
 */
export function readRecipes(markdown: string): Recipe[] {
  const tokens = new MarkdownIt().parse(markdown, {});
  const recipes: Recipe[] = [];
  let inRecipe = false;
  for (const [index, { type, tag, content }] of tokens.entries()) {
    if (type === 'heading_open' && tag === 'h2') {
      const title = /^Recipe: (.+)$/.exec(tokens[index + 1]?.content ?? '')?.[1];
      inRecipe = title !== undefined;
      if (title !== undefined) recipes.push({ title, steps: [] });
    }
    if (type === 'fence' && inRecipe) recipes.at(-1)?.steps.push(...stepsOf(sentenceBefore(tokens, index), content));
  }
  return recipes;
}

/** The last line of the paragraph in front of a block. */
function sentenceBefore(tokens: Tokens, index: number): string {
  return (
    tokens[index - 2]?.content
      .split('\n')
      .at(-1)
      ?.replace(/^.*?(?=(?:Make|In|Run)\b)/, '') ?? ''
  );
}

function stepsOf(sentence: string, text: string): Step[] {
  const [, made] = make.exec(sentence) ?? [];
  if (made !== undefined) return [{ kind: 'make', path: made, text }];
  const [, into, where, beside] = insert.exec(sentence) ?? [];
  if (into !== undefined && beside !== undefined) {
    return [{ kind: 'insert', path: into, where: where === 'before' ? 'before' : 'after', anchor: beside, text }];
  }
  const [, changed, old] = replace.exec(sentence) ?? [];
  if (changed !== undefined && old !== undefined) return [{ kind: 'replace', path: changed, anchor: old, text }];
  const fails = fail.exec(sentence)?.[1];
  if (fails === undefined && !pass.test(sentence)) {
    throw new Error(`Nothing says what to do with the block after “${sentence}”.`);
  }
  const outcome = fails === undefined ? 'passes' : { fails };
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [{ kind: 'run', command: line, outcome }]));
}

/**
 * A file's text after a step.
 * @param text undefined when there is no such file
 * @throws Error when the file, or the one line that holds the anchor, is not there, or a file to be made is
 */
export function edited(text: string | undefined, step: Exclude<Step, { kind: 'run' }>): string {
  if (step.kind === 'make') {
    if (text !== undefined) throw new Error(`${step.path} is there already.`);
    return step.text;
  }
  if (text === undefined) throw new Error(`There is no ${step.path}.`);
  const lines = text.split('\n');
  const found = [...lines.keys()].filter((index) => lines[index]?.includes(step.anchor));
  const [at] = found;
  if (at === undefined || found.length > 1) {
    throw new Error(`${step.path} has ${found.length} lines with ${step.anchor}; there must be one.`);
  }
  const added = step.text.replace(/\n$/, '').split('\n');
  if (step.kind === 'replace') return lines.with(at, added.join('\n')).join('\n');
  return lines.toSpliced(step.where === 'after' ? at + 1 : at, 0, ...added).join('\n');
}
