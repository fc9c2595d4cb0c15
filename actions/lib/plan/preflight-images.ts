import { dockerHubSecret } from './preflight-account.ts';
import type { PreflightCheck } from './preflight-check.ts';

/** Whether every profile will find its image. */
export const imageChecks: readonly PreflightCheck[] = [
  {
    id: 'image-folders',
    title: 'Image folders',
    run: async ({ imageFaults }) => {
      if (imageFaults === undefined) return undefined;
      if (imageFaults.length === 0)
        return { outcome: 'ok', detail: 'images/build.sh takes the folders of all profiles.' };
      return {
        outcome: 'blocker',
        detail: imageFaults.join(' '),
        hint: 'Correct the folder as images/helloworld is made; otherwise images/build.sh refuses it.',
      };
    },
  },
  {
    id: 'image-tags',
    title: 'Image tags',
    run: async ({ deployment, builtTag, ports }) => {
      const wanted = new Map<string, { repository: string; tag: string }>();
      for (const { image_name: image, image_tag: tag } of deployment.profiles) {
        // Every build gives its images both tags (images/build.sh).
        if (tag === 'latest' || tag === builtTag) continue;
        const repository = `${deployment.parameters.container_namespace}/${image}`;
        wanted.set(`${repository}:${tag}`, { repository, tag });
      }
      const missing: string[] = [];
      for (const [name, { repository, tag }] of wanted) {
        if ((await ports.images.findImage(repository, tag)) === undefined) missing.push(name);
      }
      if (missing.length === 0)
        return { outcome: 'ok', detail: 'Every profile names an image that is there or will be built.' };
      const built = builtTag === undefined ? 'latest' : `latest and ${builtTag}`;
      return {
        outcome: 'blocker',
        detail: `There is no image ${missing.join(', ')} in ECR, and the next build makes only ${built}: the profiles could not start.`,
        hint: 'Write latest until the first build is there, then the first 7 characters of a commit that was built.',
      };
    },
  },
  {
    id: 'docker-hub',
    title: 'Docker Hub credentials',
    run: async ({ dockerHubImages, ports }) => {
      if (await ports.account.secretExists(dockerHubSecret)) {
        return { outcome: 'ok', detail: `Secret ${dockerHubSecret} exists; images that start from Docker Hub use it.` };
      }
      if (dockerHubImages === undefined || dockerHubImages.length === 0) return undefined;
      return {
        outcome: 'blocker',
        detail: `${dockerHubImages.join(', ')} come from Docker Hub, and the account has no secret ${dockerHubSecret} to log in with.`,
        hint: `Store the secret ${dockerHubSecret} (user name, space, access token), or start from an image at quay.io or public.ecr.aws.`,
      };
    },
  },
];
