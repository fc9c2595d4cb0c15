/** A resource by CloudFormation's type name and physical id. */
export type ResourceIdentity = { type: string; physicalId: string };

/**
 * What its own service says about a resource: `going` is on its way out (deleting, shutting down), `unverifiable` means
 * that this product cannot ask about the type.
 */
export type Presence = 'exists' | 'going' | 'gone' | 'unverifiable';

/** Asks the service that owns a resource whether it is there. */
export type Existence = {
  /** @throws Failure when the service could not be asked */
  check(resource: ResourceIdentity): Promise<Presence>;
};
