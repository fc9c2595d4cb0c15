import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../setup/install.mjs';

/** The newest when this was written; Go holds it against its checksum database, and takes Docker's own version from it. */
const BUILDX = 'v0.38.2';

/** Below what git ignores, so that ten minutes are spent once. */
const folder = join(root, '.opensarlab', 'docker', BUILDX);

/** Docker's command line: the program, and the folder of settings in which it finds buildx (`--config`). */
export type DockerProgram = { program: string; settings: readonly string[] };

/** Docker's command line with buildx, installed or built; undefined where neither is. */
export function dockerProgram(): DockerProgram | undefined {
  if (spawnSync('docker', ['buildx', 'version']).status === 0) return { program: 'docker', settings: [] };
  const built = { program: join(folder, 'docker'), settings: ['--config', folder] };
  return existsSync(built.program) ? built : undefined;
}

/**
 * Builds Docker's command line and buildx from their Go modules, which takes ten minutes on two cores.
 * @throws Error when Go is missing, or when a module does not build
 */
export function buildDocker(tell: (line: string) => void): void {
  const module = join(folder, 'module');
  const plugins = join(folder, 'cli-plugins');
  for (const each of [plugins, join(module, 'rosetta')]) mkdirSync(each, { recursive: true });
  writeFileSync(join(module, 'go.mod'), moduleText);
  writeFileSync(join(module, 'rosetta', 'go.mod'), 'module github.com/tonistiigi/go-rosetta\n\ngo 1.25\n');
  writeFileSync(join(module, 'rosetta', 'rosetta.go'), rosettaText);
  // Chooses the modules for both together; without it the second would take what the first has no use for.
  go(module, ['get', ...Object.values(packages)]);
  for (const name of ['buildx', 'docker'] as const) {
    const target = join(folder, name);
    if (existsSync(target)) continue;
    tell(`Building ${name} …`);
    // Docker's module has no go.mod, so that Go takes its sources for those of Go 1.16.
    const language = '-gcflags=github.com/docker/cli/...=-lang=go1.25';
    go(module, ['build', '-mod=mod', '-buildvcs=false', language, '-o', `${target}.part`, packages[name]]);
    renameSync(`${target}.part`, target);
  }
  const plugin = join(plugins, 'docker-buildx');
  if (!existsSync(plugin)) symlinkSync(join(folder, 'buildx'), plugin);
}

function go(folder: string, args: readonly string[]): void {
  const { status, error } = spawnSync('go', args, { cwd: folder, stdio: ['ignore', 2, 2] });
  if (error) throw new Error(`Go cannot be started: ${error.message}`);
  if (status !== 0) throw new Error(`go ${args[0]} ended with ${status}; its messages above say why.`);
}

const packages = {
  buildx: 'github.com/docker/buildx/cmd/buildx',
  docker: 'github.com/docker/cli/cmd/docker',
};

const moduleText = `module check.invalid/docker

go 1.25.0

require (
	github.com/docker/buildx ${BUILDX}
	github.com/tonistiigi/go-rosetta v0.0.0
)

replace github.com/tonistiigi/go-rosetta => ./rosetta
`;

/** Stands in for what `docker version` asks on a Mac; not every proxy has the module. */
const rosettaText = `package rosetta

func Available() bool    { return false }
func Enabled() bool      { return false }
func NativeArch() string { return "" }
`;
