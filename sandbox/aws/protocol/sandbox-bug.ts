/** Something the sandbox did wrong, as opposed to an error that AWS would answer with. It becomes HTTP 500. */
export class SandboxBug extends Error {
  override readonly name = 'SandboxBug';
}
