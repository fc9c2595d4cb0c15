import { listComments, marker, upsertComment } from '../adapters/github/comments.ts';
import { type GitHubConnection, ownLogin } from '../adapters/github/connection.ts';
import type { IssueEvent } from '../adapters/github/event.ts';
import { mayWrite } from '../adapters/github/permission.ts';
import { openProposal } from '../adapters/github/proposal.ts';
import { parseIssueForm } from '../deployment/scaffold/parse-issue-form.ts';
import {
  isDeploymentName,
  type ScaffoldProblem,
  type ScaffoldResult,
  scaffoldDeployment,
} from '../deployment/scaffold/scaffold-deployment.ts';
import { code, paragraphs, text } from '../report/markdown.ts';
import type { Surroundings } from './surroundings.ts';

/** Name of the one comment that answers an issue. */
const commentId = 'scaffold';

/** The pull request with the new file, or what was answered on the issue instead. */
export type ProposedDeployment =
  | { opened: true; deployment: string; pullRequest: number; url: string }
  | { opened: false; problems: readonly ScaffoldProblem[] }
  /** Who started it may not write to the repository. */
  | { opened: false; refused: string };

/**
 * Opens the pull request that adds the deployment which an issue asks for, and answers there. When answers are missing or
 * wrong, the answer says what, and no branch is made; nor for an act of somebody who may not write to the repository, whoever
 * wrote the issue. The issue's text is data from a stranger: it becomes values of one file that was checked, nothing else.
 */
export async function proposeDeployment(
  surroundings: Pick<Surroundings, 'workspace' | 'reporter' | 'clock'>,
  github: GitHubConnection,
  issue: IssueEvent,
): Promise<ProposedDeployment> {
  if (!(await mayWrite(github, issue.sender))) {
    await answerStranger(github, issue);
    return {
      opened: false,
      refused: `${issue.sender} may not write to this repository, so no branch is made for issue #${issue.number}. ${forStrangers}`,
    };
  }
  const { name, result } = await scaffoldFromIssue(surroundings, issue.body);
  if (!result.ok) {
    await answer(github, issue, renderProblems(result.problems));
    return { opened: false, problems: result.problems };
  }
  const { number, url, created } = await openProposal(github, {
    branch: `new-deployment/${name}`,
    title: `Add the deployment ${name}`,
    body: renderProposal(name, issue.number, result.warnings),
    changes: [{ path: result.file, content: result.text }],
    // Another form for the same name, or the same one edited: what is proposed already may have been worked on.
    sameBy: 'paths',
  });
  surroundings.reporter.info(`${created ? 'Opened' : 'Found'} ${url}`);
  const already = created
    ? ''
    : ' It was open already and was left as it is; change the file there, or close it and edit this issue.';
  await answer(github, issue, `The deployment ${code(name)} is #${number}.${already}`);
  return { opened: true, deployment: name, pullRequest: number, url };
}

const forStrangers =
  'Somebody who may write to the repository has to look at the issue and put the label `new-deployment` on it, taking it off first when it is on already.';

/** Says once how it goes on; an answer that is there already stays. */
async function answerStranger(github: GitHubConnection, { number }: IssueEvent): Promise<void> {
  const comments = await listComments(github, number);
  const isAnswered = comments.some(
    ({ author, body }) => author === ownLogin(github) && body.startsWith(marker(commentId)),
  );
  if (!isAnswered)
    await upsertComment(github, number, commentId, `No pull request was opened yet. ${forStrangers}`, comments);
}

async function scaffoldFromIssue(
  { workspace, clock }: Pick<Surroundings, 'workspace' | 'clock'>,
  body: string,
): Promise<{ name: string; result: ScaffoldResult }> {
  const form = parseIssueForm(body);
  if (!form.ok) return { name: '', result: form };
  const { name, answers } = form;
  // A text that is no name must not become a path; the scaffold says so in its own words.
  const folder = isDeploymentName(name) ? name : '_refused';
  const [example, folders, own] = await Promise.all([
    workspace.text('deployments/_example/opensarlab.yaml'),
    workspace.deploymentFolders(),
    workspace.deploymentFolder(folder, ''),
  ]);
  return { name, result: scaffoldDeployment(name, answers, { example, folders, folder: own, now: clock.now() }) };
}

function renderProblems(problems: readonly ScaffoldProblem[]): string {
  const lines = problems.map(({ question, message, hint }) => {
    const about = question === undefined ? '' : `**${question.label}:** `;
    return `- ${about}${text([message, hint].filter(Boolean).join(' '))}`;
  });
  return paragraphs(
    'No pull request was opened yet:',
    lines.join('\n'),
    `Edit the first comment of this issue to have another try. When its author may not write to the repository: ${forStrangers}`,
  );
}

function renderProposal(name: string, issue: number, warnings: readonly { message: string }[]): string {
  return paragraphs(
    `Adds \`deployments/${name}/opensarlab.yaml\`, as asked for in #${issue}. **Merging deploys it.**`,
    warnings.map(({ message }) => `- ⚠️ ${text(message)}`).join('\n'),
    'The file was checked. A pull request that a workflow opens starts no workflow: for the plan, push a change to this branch, or close and reopen the pull request.',
    `Closes #${issue}`,
  );
}

async function answer(github: GitHubConnection, { number }: IssueEvent, markdown: string): Promise<void> {
  await upsertComment(github, number, commentId, markdown);
}
