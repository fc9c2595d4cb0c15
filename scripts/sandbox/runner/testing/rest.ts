import type { Files, Scene } from './scene.ts';

/** A call of the sandbox's REST API as the user. */
export async function call(scene: Scene, method: string, path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${scene.github.apiUrl}/repos/${scene.repository.fullName}/${path}`, {
    method,
    headers: { authorization: `Bearer ${scene.userToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? {} : ((await response.json()) as Record<string, unknown>);
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
