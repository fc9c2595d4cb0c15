import { afterEach, beforeEach, expect, it } from 'vitest';
import { marker, upsertComment } from '../../actions/lib/adapters/github/comments.ts';
import { setTeardownScene, type TeardownScene } from '../teardown/teardown-scene.ts';

let scene: TeardownScene;
beforeEach(async () => {
  scene = await setTeardownScene({});
});
afterEach(() => scene.close());

it('a comment of somebody else is left alone, whatever marker it carries; our own is brought up to date', async () => {
  const { ada, at, job } = scene;
  const number = await scene.open('proposal', { 'README.md': 'Text\n' });
  const forged = `${marker('plan')}\nNothing changes in AWS.`;
  await ada.rest.issues.createComment({ ...at, issue_number: number, body: forged });
  await upsertComment(job, number, 'plan', 'What merging does');
  await upsertComment(job, number, 'plan', 'What merging does now');
  const { data } = await ada.rest.issues.listComments({ ...at, issue_number: number });
  expect(data.map(({ user, body }) => [user?.login, body])).toEqual([
    ['ada', forged],
    ['github-actions[bot]', `${marker('plan')}\nWhat merging does now`],
  ]);
});
