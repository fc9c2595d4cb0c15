import { type OptionTable, parseCommandLine } from './command-line.ts';
import { canonicalReference } from './docker-images.ts';
import { pullImage, retagImage } from './docker-registry.ts';
import { ToolError, type ToolInput } from './run-tool.ts';

const CREATE_OPTIONS: OptionTable = { '--tag': 'value', '--prefer-index': 'flag' };

/**
 * `docker buildx imagetools inspect REFERENCE` and `create --prefer-index=false --tag … REFERENCE`: looks at an image in
 * the registry, and gives it more tags (docs.docker.com/reference/cli/docker/buildx/imagetools). An index of several
 * images is not made.
 */
export async function imagetools(input: ToolInput): Promise<number> {
  const [command = '', ...args] = input.args;
  if (command === 'inspect') {
    const reference = canonicalReference(parseCommandLine(args, {}).positional[0] ?? '');
    const image = await pullImage(input, reference);
    input.stdout(`Name:      ${reference}\nMediaType: ${mediaTypeOf(image.manifest)}\nDigest:    ${image.digest}\n`);
    return 0;
  }
  if (command !== 'create') {
    throw new ToolError(`docker: the sandbox has no command "buildx imagetools ${command}"`, 125);
  }
  const copies = args.includes('--prefer-index=false');
  const line = parseCommandLine(
    args.filter((arg) => arg !== '--prefer-index=false'),
    CREATE_OPTIONS,
    { '-t': '--tag' },
  );
  const [source, ...others] = line.positional;
  if (source === undefined || others.length > 0 || !copies) {
    throw new ToolError('docker: the sandbox copies one image with --prefer-index=false, and makes no index', 125);
  }
  const image = await pullImage(input, canonicalReference(source));
  for (const tag of line.values.get('--tag') ?? []) await retagImage(input, canonicalReference(tag), image);
  return 0;
}

const mediaTypeOf = (manifest: string): string => (JSON.parse(manifest) as { mediaType: string }).mediaType;
