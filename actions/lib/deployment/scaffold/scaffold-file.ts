import { parse } from 'yaml';
import { groupOf } from '../profile-names.ts';
import { type Answers, type Question, questions, rememberLast } from './questions.ts';
import { editText, type PathPart, type TextEdits, yamlList, yamlText } from './text-edits.ts';

const schemaLine = '# yaml-language-server: $schema=../../schemas/opensarlab.schema.json\n';

/** What the example offers to choose from, in its own order. */
export type ExampleParts = {
  profiles: { name: string; node: string }[];
  nodes: { name: string; isHub: boolean }[];
  groups: string[];
};

/** Fields whose example values must not get into a new file when nothing is answered. */
const leftOutUnlessAnswered: readonly PathPart[][] = [
  ['parameters', 'certificate_arn'],
  ['parameters', 'admin_email_address_sns_arn'],
];

/**
 * The declaration of a new deployment: the commented example with the answers in place of its values, and without the
 * profiles, nodes and groups that were not chosen.
 * @param example text of `deployments/_example/opensarlab.yaml`
 * @param answers as checked by `scaffoldDeployment`; what is missing keeps the question's default
 */
export function scaffoldFile(example: string, name: string, answers: Answers): string {
  const parts = exampleParts(example);
  const edits = editText(example);
  edits.replaceHeader([
    `# The OpenSARlab deployment ${name}. Every field is described in docs/reference/opensarlab-yaml.md; editors with YAML`,
    '# support show the same while you type. `npx opensarlab validate` checks this file, as every pull request does.',
  ]);
  edits.set(['parameters', 'cost_tag_value'], yamlText(name));
  for (const path of leftOutUnlessAnswered) if (answers[path[1] as keyof Answers] === undefined) edits.commentOut(path);
  for (const question of questions) {
    const answer = answers[question.key] ?? question.fallback;
    const yaml = answer === undefined ? undefined : yamlOf(question, answer);
    if (yaml !== undefined) edits.set(question.path.slice(1).split('/'), yaml);
  }
  chooseParts(edits, parts, answers);
  const text = edits.text().replace(/\n{3,}/g, '\n\n');
  return text.startsWith('# yaml-language-server:') ? text : schemaLine + text;
}

/** The names of profiles, nodes and groups in the example. @throws RangeError when it is no declaration */
export const exampleParts = rememberLast((example): ExampleParts => {
  const value: unknown = parse(example);
  const list = (key: string): Record<string, unknown>[] => {
    const entries = isRecord(value) ? value[key] : undefined;
    return Array.isArray(entries) ? entries.filter(isRecord) : [];
  };
  const parts = {
    profiles: list('profiles').map((entry) => ({ name: String(entry['name']), node: String(entry['node_name']) })),
    nodes: list('nodes').map((entry) => ({ name: String(entry['name']), isHub: entry['is_hub'] === true })),
    groups: list('groups').map((entry) => String(entry['name'])),
  };
  if (parts.profiles.length === 0) throw new RangeError('The example has no profiles.');
  return parts;
});

/** The entries of a comma-separated answer. */
export function answerList(answer: string): string[] {
  return answer
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** The answer as YAML; undefined for answers that choose parts of the example instead of filling a field. */
function yamlOf({ key, kind }: Question, answer: string): string | undefined {
  switch (kind) {
    case 'text':
    case 'choice':
      return yamlText(answer);
    case 'number':
      return Number.isFinite(Number(answer)) ? String(Number(answer)) : yamlText(answer);
    case 'list':
      return yamlList(answerList(answer));
    case 'yes-no':
      return key === 'spot' ? undefined : String(answer === 'yes');
    case 'profiles':
      return undefined;
  }
}

function chooseParts(edits: TextEdits, parts: ExampleParts, answers: Answers): void {
  const names = answers.profiles === undefined ? undefined : answerList(answers.profiles);
  const isChosen = ({ name }: { name: string }): boolean => names?.includes(name) ?? true;
  const chosen = parts.profiles.filter(isChosen);
  const used = new Set(chosen.map(({ node }) => node));
  edits.removeEntries(
    'profiles',
    indices(parts.profiles, (profile) => !isChosen(profile)),
  );
  edits.removeEntries(
    'nodes',
    indices(parts.nodes, ({ name, isHub }) => !isHub && !used.has(name)),
  );
  chooseGroups(
    edits,
    parts.groups,
    chosen.map(({ name }) => groupOf(name)),
  );
  if (answers.spot !== 'yes') return;
  for (const index of indices(parts.nodes, ({ name, isHub }) => !isHub && used.has(name))) {
    edits.set(['nodes', index, 'is_spot'], 'true');
  }
}

/** Groups of chosen profiles stay. When none would, the first profile takes the example's place: somebody must see it. */
function chooseGroups(edits: TextEdits, groups: readonly string[], chosen: readonly string[]): void {
  const [first] = chosen;
  const stays = groups.some((name) => chosen.includes(name));
  if (!stays && first !== undefined) edits.set(['groups', 0, 'name'], yamlText(first));
  edits.removeEntries(
    'groups',
    indices(groups, (name, index) => (stays ? !chosen.includes(name) : index > 0)),
  );
}

function indices<T>(list: readonly T[], test: (entry: T, index: number) => boolean): number[] {
  return list.flatMap((entry, index) => (test(entry, index) ? [index] : []));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
