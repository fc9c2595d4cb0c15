import { runToolWith, type Tool } from './run-tool.ts';

export type ToolResult = { status: number; stdout: string; stderr: string };

/** Runs a stand-in inside the test's process. */
export async function runInTest(
  tool: Tool,
  args: readonly string[],
  options: { env: Readonly<Record<string, string>>; folder?: string; stdin?: string },
): Promise<ToolResult> {
  const output = { stdout: '', stderr: '' };
  const status = await runToolWith(tool, {
    args,
    env: options.env,
    folder: options.folder ?? '/',
    stdin: async () => options.stdin ?? '',
    stdout: (text) => {
      output.stdout += text;
    },
    stderr: (text) => {
      output.stderr += text;
    },
  });
  return { status, ...output };
}
