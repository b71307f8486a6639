/** Tells whoever serves a tenant's task queue that there is, or will be at once, something to do on it. */
export interface TenantWaker {
  /** Resolves when it can no longer be lost. */
  wake(tenantId: string): Promise<void>;
}
