import { upsertComment } from '../adapters/github/comments.ts';
import type { GitHubConnection } from '../adapters/github/connection.ts';
import type { Reporter } from '../ports/reporter.ts';

/** How somebody with write access brings a fork's proposal in, on one line of a shell. */
export function bringIn(number: number): string {
  return `git fetch origin pull/${number}/head:fork-${number} && git push origin fork-${number}`;
}

/** Says on a fork's pull request why it gets no plan, and what to do. Nothing of the proposal is read. */
export async function tellFork(github: GitHubConnection, reporter: Reporter, number: number): Promise<void> {
  const markdown = [
    'This comes from a fork, so it is checked but not planned: a plan runs with permissions in AWS.',
    'Somebody with write access looks at the change, brings it in and opens a pull request from that branch:',
    `\`\`\`sh\n${bringIn(number)}\n\`\`\``,
  ].join('\n\n');
  const { url } = await upsertComment(github, number, 'fork', `${markdown}\n`);
  reporter.info(`Commented: ${url}`);
}
