/**
 * Files that editors, operating systems and Python leave beside the ones that count. They are never mirrored, wherever
 * they are. Everything else that a layer holds for other readers than CodeCommit is listed under `ignore` in its
 * `.overlay.yaml`.
 */
const leftovers = [
  ...['*~', '*.swp', '*.swo', '.#*', '#*#', '*.orig', '*.rej'],
  ...['.DS_Store', '._*', 'Thumbs.db', 'desktop.ini'],
  ...['__pycache__', '*.pyc', '.ipynb_checkpoints', '.pytest_cache', '.ruff_cache', '.mypy_cache'],
];

/** Tells whether a path of a layer, from the layer's folder, stays out of the mirror. */
export type IgnoreRule = (path: string) => boolean;

/**
 * @param patterns names of files or folders at any depth, or, with a `/` in them, paths from the layer's folder. `*` is any
 *   run of characters within a name, `?` is one; what is below an ignored folder is ignored.
 */
export function ignoreRule(patterns: readonly string[]): IgnoreRule {
  const names = expressionOf([...leftovers, ...patterns.filter((pattern) => !isPath(pattern))]);
  const paths = expressionOf(patterns.filter(isPath));
  return (path) => {
    const parts = path.split('/');
    return parts.some((part, index) => names.test(part) || paths.test(parts.slice(0, index + 1).join('/')));
  };
}

const trimmed = (pattern: string): string => pattern.replace(/\/$/, '');
const isPath = (pattern: string): boolean => trimmed(pattern).includes('/');

function expressionOf(patterns: readonly string[]): RegExp {
  const sources = patterns.map((pattern) =>
    trimmed(pattern)
      .replace(/^\//, '')
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]'),
  );
  return new RegExp(`^(?:${sources.join('|') || '(?!)'})$`);
}
