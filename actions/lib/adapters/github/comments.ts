import { askGitHub, createOnce, type GitHubConnection, ownLogin } from './connection.ts';

/** GitHub refuses longer comment and pull request bodies. */
const bodyLimit = 65_536;

const cutNotice = '\n\n_The rest is cut here (GitHub takes 65,536 characters); the job summary has all of it._\n';

/** An invisible line by which a comment is found again. */
export function marker(id: string): string {
  return `<!-- opensarlab:${id} -->`;
}

/** Cuts a body in which nothing must be seen to what GitHub takes, at a line's end, and says so. */
export function fitBody(body: string): string {
  if (body.length <= bodyLimit) return body;
  const head = body.slice(0, bodyLimit - cutNotice.length - closing.length);
  const kept = head.slice(0, head.lastIndexOf('\n') + 1 || head.length);
  const open = (kept.match(/<details>/g)?.length ?? 0) - (kept.match(/<\/details>/g)?.length ?? 0);
  return `${kept}${open > 0 ? closing : ''}${cutNotice}`;
}

/** Ends a folded part that the cut left open, so that the notice is not folded with it. */
const closing = '\n\n</details>\n';

/** A comment of a pull request or issue. */
export type Comment = { id: number; body: string; author: string; url: string };

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
    url: comment.html_url,
  }));
}

/**
 * Writes the one comment with this marker: updates the workflows' own if there is one, else adds it. A comment of anybody
 * else, a person or another bot, is left alone whatever marker it carries. Comments are for people: nothing is decided from
 * one.
 * @param known the comments, when they were listed already
 */
export async function upsertComment(
  github: GitHubConnection,
  issue: number,
  id: string,
  markdown: string,
  known?: readonly Comment[],
): Promise<{ url: string }> {
  const { octokit, owner, repo } = github;
  const body = fitBody(`${marker(id)}\n${markdown}`);
  const among = (comments: readonly Comment[]): Comment | undefined =>
    comments.find((comment) => comment.author === ownLogin(github) && comment.body.startsWith(marker(id)));
  const find = async (): Promise<Comment | undefined> => among(await listComments(github, issue));
  const own = known === undefined ? await find() : among(known);
  if (own?.body === body) return { url: own.url };
  return await askGitHub('write a comment', async () => {
    if (own !== undefined) {
      const { data } = await octokit.rest.issues.updateComment({ owner, repo, comment_id: own.id, body });
      return { url: data.html_url };
    }
    return await createOnce(github, {
      find,
      async create() {
        const { data } = await octokit.rest.issues.createComment({ owner, repo, issue_number: issue, body });
        return { url: data.html_url };
      },
    });
  });
}
