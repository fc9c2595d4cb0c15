import { afterAll, beforeAll, expect, it } from 'vitest';
import { quietReporter } from '../../actions/lib/ports/test/fake-aws.ts';
import { stacksOf } from '../../actions/lib/stacks/catalogue.ts';
import { destroyDeployment } from '../../actions/lib/teardown/destroy.ts';
import { testPatience } from '../deploy-account.ts';
import { catalogueSources, deploymentOf } from '../fixtures/example-deployment.ts';
import { type ChangeScene, declaration, openChangeScene } from './change-scene.ts';

let scene: ChangeScene;

beforeAll(async () => {
  scene = await openChangeScene();
});
afterAll(() => scene.close());

it('a lab that was torn down comes back to its users and logs', async () => {
  const text = declaration(scene.account);
  const deployment = deploymentOf(text);
  const receipt = await destroyDeployment({
    ...testPatience(),
    deployment,
    stacks: stacksOf(deployment, catalogueSources()),
    ports: scene.account.connect(),
    reporter: quietReporter(),
    random: Math.random,
  });
  expect(receipt.leftover).toEqual([]);
  const back = await scene.changeTo();
  const imported = Object.entries(back.changes).filter(([, action]) => action === 'Import');
  expect(imported.map(([id]) => id).sort()).toEqual([
    'cluster/ControlPlaneLogGroup',
    'container/HubImagesLogGroup',
    'container/ImagesLogGroup',
    'jupyterhub/HubLogGroup',
  ]);
  const plan = await scene.plan({ text });
  expect(plan.stacks.map(({ action }) => action)).toEqual(Array(5).fill('unchanged'));
});
