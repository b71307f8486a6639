/** What is compared before and after an upgrade. */
export const CHECKS = ['standby', 'interfaces', 'bgp-peers', 'alarms'] as const;
export type Check = (typeof CHECKS)[number];

/** A finding of a required check that is let pass. */
export interface Waiver {
  readonly check: Check;
  /**
   * Interface, `<network instance> <neighbor address>`, alarm id, `standby`; a trailing `*` stands for any rest, and alone also
   * for a facet that the router does not report any more.
   */
  readonly name: string;
}

/** For each wait that a tenant may ask for: a deployment holds one of its tenant's slots meanwhile. */
export const MAX_POLICY_WAIT_SECONDS = 3_600;

/** What a tenant asks of the upgrade of its routers. JSON as it stands. */
export interface UpgradePolicy {
  /** How long a router must keep running the new version before it is compared with its baseline. */
  readonly soakSeconds: number;
  /** How long after its return a router may lack a peer, an interface or a standby that it had, or show a new alarm. */
  readonly recoverySeconds: number;
  readonly requiredChecks: readonly Check[];
  readonly waivers: readonly Waiver[];
  /** Whether a router that is worse off than before goes back to its old version; its image must then be in the store. */
  readonly rollback: boolean;
}

export const DEFAULT_UPGRADE_POLICY: UpgradePolicy = {
  soakSeconds: 30,
  recoverySeconds: 120,
  requiredChecks: CHECKS,
  waivers: [],
  rollback: true,
};
