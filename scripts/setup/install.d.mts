/** The repository's root folder. */
export const root: string;
/** Path of the Node binary that the npm package `node` brings. */
export function projectNode(): string;
/** Makes `node_modules` of a folder (default: the root) equal to its lock file; ends the process when npm fails. */
export function installDependencies(folder?: string): Promise<void>;
