import { type Registry, type SettingsForGate, settingsOf, tenantOf } from '@vecino/tenancy';

/** A tenant whose gate is to hear of its settings. */
export interface ChangedSettings {
  readonly settings: SettingsForGate;
  /** Also a gate that has nothing to do acts on them: it goes elsewhere, or completes. Otherwise they wait for its next request. */
  readonly concernsIdleGates: boolean;
}

/** What gates are to be told after a change of the registry: those of exactly the tenants whose settings are others now. A new tenant has no gate yet. */
export function changedSettings(
  before: Registry,
  after: Registry,
  sharedNamespace: string,
): readonly ChangedSettings[] {
  const sameControls = contentOf(before.controls) === contentOf(after.controls);
  return after.tenants.flatMap((tenant) => {
    const earlier = tenantOf(before, tenant.id);
    if (earlier === undefined || (sameControls && earlier === tenant)) return [];
    const [old, settings] = [
      settingsOf(before, earlier, sharedNamespace),
      settingsOf(after, tenant, sharedNamespace),
    ];
    if (contentOf(old) === contentOf(settings)) return [];
    return [
      { settings, concernsIdleGates: contentOf(actedOnAtOnce(old)) !== contentOf(actedOnAtOnce(settings)) },
    ];
  });
}

const actedOnAtOnce = ({ taskQueue, namespace, leaving, moving, moved }: SettingsForGate) => ({
  taskQueue,
  namespace,
  leaving,
  moving,
  moved,
});

/** All but its revision: an entry that was changed in what no gate needs is no news to one. */
const contentOf = (value: object): string => JSON.stringify({ ...value, revision: undefined });
