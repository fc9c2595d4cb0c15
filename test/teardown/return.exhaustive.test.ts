import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDeployment } from '../../actions/lib/deployment/read-deployment.ts';
import { renderUndeclared } from '../../actions/lib/report/conclusion.ts';
import { prepareReturn } from '../../actions/lib/verbs/return-deployment.ts';
import { declarationOf, setTeardownScene, type TeardownScene } from './teardown-scene.ts';

let scene: TeardownScene;
beforeEach(async () => {
  scene = await setTeardownScene({
    'deployments/sar/opensarlab.yaml': declarationOf('sar'),
    'deployments/sar/container/hook.sh': 'echo\n',
    'deployments/other/opensarlab.yaml': declarationOf('other'),
  });
});
afterEach(() => scene.close());

describe('prepareReturn', () => {
  it('is the way from a removal without consent to a teardown with it', async () => {
    const removal = await scene.push('main', { 'deployments/sar': null });
    const consent = await scene.consent('sar', { commits: [removal] });
    if (consent.granted || consent.lastDeclaredAt === undefined) throw new Error(JSON.stringify(consent));
    const undeclared = { name: 'sar', declaredAt: consent.lastDeclaredAt, missing: consent.missing };
    const prepared = await prepareReturn(scene, scene.job, undeclared);
    expect(prepared.created).toBe(true);
    const shown = renderUndeclared({ ...undeclared, isGone: true }, prepared.pullRequest);
    expect(shown).toContain(`merge #${prepared.pullRequest}`);
    // Once more, by another run: the same.
    expect(await prepareReturn(scene, scene.job, undeclared)).toEqual({ ...prepared, created: false });
    const { data: files } = await scene.ada.rest.pulls.listFiles({ ...scene.at, pull_number: prepared.pullRequest });
    expect(files.map(({ filename, status }) => `${status} ${filename}`).sort()).toEqual([
      'added deployments/sar/container/hook.sh',
      'added deployments/sar/opensarlab.yaml',
    ]);
    await scene.merge(prepared.pullRequest);
    const { data: file } = await scene.ada.rest.repos.getContent({
      ...scene.at,
      path: 'deployments/sar/opensarlab.yaml',
    });
    const text = Buffer.from('content' in file ? file.content : '', 'base64').toString();
    const { deployment } = readDeployment({ file: 'x', name: 'sar', text });
    expect(deployment).toMatchObject({ name: 'sar', adopt: 'destroy-only' });
    const answer = await scene.answer(prepared.pullRequest);
    if (answer.kind !== 'to plan') throw new Error(JSON.stringify(answer));
    await scene.seal('sar', answer.pullRequest);
    const commit = await scene.merge(answer.pullRequest);
    expect(await scene.consent('sar', { commits: [commit] })).toMatchObject({
      granted: true,
      pullRequest: answer.pullRequest,
    });
  });

  it('brings nothing back that is there, or that the commit does not have', async () => {
    const declaredAt = await scene.main();
    const missing: never[] = [];
    await expect(prepareReturn(scene, scene.job, { name: 'sar', declaredAt, missing })).rejects.toMatchObject({
      code: 'ReturnDeclared',
    });
    await expect(prepareReturn(scene, scene.job, { name: 'no', declaredAt, missing })).rejects.toMatchObject({
      code: 'ReturnUnknown',
    });
  });

  it('does not take somebody’s pull request for its own', async () => {
    const declaredAt = await scene.main();
    await scene.push('main', { 'deployments/sar': null });
    const theirs = await scene.open('return/sar', { 'deployments/sar/opensarlab.yaml': declarationOf('sar') });
    const prepared = await prepareReturn(scene, scene.job, { name: 'sar', declaredAt, missing: [] });
    expect(prepared).toMatchObject({ created: true });
    expect(prepared.pullRequest).not.toBe(theirs);
  });

  it('brings the declaration back beside what the folder has by now, and in place of what shadows it', async () => {
    const removal = await scene.push('main', {
      'deployments/sar/opensarlab.yaml': null,
      'deployments/sar/notes.md': 'Soon\n',
    });
    const consent = await scene.consent('sar', { commits: [removal] });
    if (consent.granted || consent.lastDeclaredAt === undefined) throw new Error(JSON.stringify(consent));
    const undeclared = { name: 'sar', declaredAt: consent.lastDeclaredAt, missing: consent.missing };
    const prepared = await prepareReturn(scene, scene.job, undeclared);
    expect(await changed(prepared.pullRequest)).toEqual(['added deployments/sar/opensarlab.yaml']);
    await scene.push('main', { 'deployments/sar': null });
    await scene.push('main', { 'deployments/sar': 'a file\n' });
    await scene.ada.rest.pulls.update({ ...scene.at, pull_number: prepared.pullRequest, state: 'closed' });
    const again = await prepareReturn(scene, scene.job, undeclared);
    expect(again.created).toBe(true);
    expect(await changed(again.pullRequest)).toEqual([
      'added deployments/sar/container/hook.sh',
      'added deployments/sar/opensarlab.yaml',
      'removed deployments/sar',
    ]);
    await scene.push('main', { deployments: null });
    await scene.push('main', { deployments: 'a file\n' });
    await scene.ada.rest.pulls.update({ ...scene.at, pull_number: again.pullRequest, state: 'closed' });
    const whole = await prepareReturn(scene, scene.job, undeclared);
    expect(await changed(whole.pullRequest)).toEqual([
      'added deployments/sar/container/hook.sh',
      'added deployments/sar/opensarlab.yaml',
      'removed deployments',
    ]);
  });

  async function changed(pull_number: number): Promise<string[]> {
    const { data: files } = await scene.ada.rest.pulls.listFiles({ ...scene.at, pull_number });
    return files.map(({ filename, status }) => `${status} ${filename}`).sort();
  }
});
