import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exampleCheckout } from './test/example-checkout.ts';

describe('opensarlab new-image', () => {
  it('copies the small image under the new name, test script included', async () => {
    const checkout = await exampleCheckout();
    const { code, out } = await checkout.run('new-image', 'insar2');
    expect(code).toBe(0);
    expect(out).toContain('image_name: insar2');
    const folder = join(checkout.folder, 'images', 'insar2');
    const files = await readdir(folder, { recursive: true });
    expect(files.sort()).toEqual(
      (await readdir(join(checkout.folder, 'images', 'helloworld'), { recursive: true }))
        .map((path) => path.replaceAll('helloworld', 'insar2'))
        .sort(),
    );
    const dockerfile = await readFile(join(folder, 'Dockerfile'), 'utf8');
    expect(dockerfile).toContain('RUN bash /tests/insar2.sh');
    expect(dockerfile).toMatch(/^FROM .+ AS release$/m);
    expect(dockerfile).toMatch(/^FROM release AS testing$/m);
    const script = join('tests', 'insar2.sh');
    const mode = async (path: string): Promise<number> => (await stat(path)).mode;
    expect(await mode(join(folder, script))).toBe(
      await mode(join(checkout.folder, 'images', 'helloworld', 'tests', 'helloworld.sh')),
    );
  });

  it('makes an image that a declaration can use', async () => {
    const checkout = await exampleCheckout();
    await checkout.run('new-image', 'insar2');
    const file = join(checkout.folder, 'deployments/sar/opensarlab.yaml');
    const text = await readFile(file, 'utf8');
    await checkout.write('deployments/sar/opensarlab.yaml', text.replace('image_name: sar', 'image_name: insar2'));
    expect((await checkout.run('validate', 'sar')).code).toBe(0);
  });

  it('leaves an image that exists as it is', async () => {
    const checkout = await exampleCheckout();
    const before = await readFile(join(checkout.folder, 'images/sar/Dockerfile'), 'utf8');
    const { code, err } = await checkout.run('new-image', 'sar');
    expect(code).toBe(1);
    expect(err).toContain('images/sar exists already and was left as it is.');
    expect(await readFile(join(checkout.folder, 'images/sar/Dockerfile'), 'utf8')).toBe(before);
  });

  it('says what is missing to copy from', async () => {
    const checkout = await exampleCheckout();
    await rm(join(checkout.folder, 'images/helloworld'), { recursive: true });
    const { code, err } = await checkout.run('new-image', 'insar2');
    expect(code).toBe(1);
    expect(err).toContain('There is no images/helloworld to copy.');
  });

  it.each(['InSAR', 'in-sar', '../insar', '', 'hub', 'services', 'a'.repeat(101)])(
    'refuses the name %j',
    async (name) => {
      const checkout = await exampleCheckout();
      const { code, err } = await checkout.run('new-image', name);
      expect(code).toBe(2);
      expect(err).toContain('cannot be the name of a new image');
    },
  );
});
