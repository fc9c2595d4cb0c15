import { askGitHub, type GitHubConnection } from './connection.ts';

/** GitHub refuses longer comment and pull request bodies. */
const bodyLimit = 65_536;

const cutNotice = '\n\n_The rest is cut here (GitHub takes 65,536 characters); the job summary has all of it._\n';

/** An invisible line by which a comment is found again. */
export function marker(id: string): string {
  return `<!-- opensarlab:${id} -->`;
}

/** Cuts a body to what GitHub takes, at a line's end, and says so. */
export function fitBody(body: string): string {
  if (body.length <= bodyLimit) return body;
  const head = body.slice(0, bodyLimit - cutNotice.length);
  return head.slice(0, head.lastIndexOf('\n') + 1 || head.length) + cutNotice;
}

/** A comment of a pull request or issue. */
export type Comment = { id: number; body: string; author: string; authorIsBot: boolean; url: string };

/** All comments of a pull request or issue, oldest first. */
export async function listComments(github: GitHubConnection, issue: number): Promise<Comment[]> {
  const { octokit, owner, repo } = github;
  const comments = await askGitHub('list the comments', () =>
    octokit.paginate(octokit.rest.issues.listComments, { owner, repo, issue_number: issue, per_page: 100 }),
  );
  return comments.map((comment) => ({
    id: comment.id,
    body: comment.body ?? '',
    author: comment.user?.login ?? '',
    authorIsBot: comment.user?.type === 'Bot',
    url: comment.html_url,
  }));
}

/**
 * Writes the one comment with this marker: updates the bot's own if there is one, else adds it. A person's comment that
 * carries the same marker is left alone.
 */
export async function upsertComment(
  github: GitHubConnection,
  issue: number,
  id: string,
  markdown: string,
): Promise<{ url: string }> {
  const { octokit, owner, repo } = github;
  const body = fitBody(`${marker(id)}\n${markdown}`);
  const own = (await listComments(github, issue)).find(
    (comment) => comment.authorIsBot && comment.body.startsWith(marker(id)),
  );
  return await askGitHub('write a comment', async () => {
    const { data } =
      own === undefined
        ? await octokit.rest.issues.createComment({ owner, repo, issue_number: issue, body })
        : await octokit.rest.issues.updateComment({ owner, repo, comment_id: own.id, body });
    return { url: data.html_url };
  });
}
