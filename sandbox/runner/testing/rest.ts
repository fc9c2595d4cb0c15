import type { Files, Scene } from './scene.ts';

/** A request to the sandbox's REST API. @param token default: the user's */
export async function rest(
  scene: Scene,
  method: string,
  path: string,
  body?: object,
  token = scene.userToken,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${scene.github.apiUrl}/repos/${scene.repository.fullName}/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

/** A call of the sandbox's REST API as the user. @throws Error when it is refused */
export async function call(
  scene: Scene,
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const reply = await rest(scene, method, path, body);
  if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
  return reply.body;
}

/** Commits one new file through the API, which pushes. */
export function commit(
  scene: Scene,
  path: string,
  text: string,
  branch = 'main',
  message = `Add ${path}`,
): Promise<unknown> {
  const content = Buffer.from(text).toString('base64');
  return call(scene, 'PUT', `contents/${path}`, { message, content, branch });
}

/** Creates a branch at the seeded commit. */
export async function branch(scene: Scene, name: string): Promise<void> {
  const { sha } = await scene.push();
  await call(scene, 'POST', 'git/refs', { ref: `refs/heads/${name}`, sha });
}

/** One workflow per entry, name to its `on:`, that prints what started it. */
export function workflows(files: Record<string, string>): Files {
  return Object.fromEntries(
    Object.entries(files).map(([name, on]) => [
      `.github/workflows/${name}.yml`,
      `name: ${name}\non: ${on}\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo "\${{ github.event_name }} \${{ github.event.action }} \${{ github.ref }}"\n`,
    ]),
  );
}

/** The names of the workflows that ran, in alphabetical order. */
export async function ran(scene: Scene): Promise<string[]> {
  await scene.runner.idle();
  return scene.runner
    .runs()
    .map(({ workflowName, conclusion }) => `${workflowName} ${conclusion}`)
    .toSorted();
}
