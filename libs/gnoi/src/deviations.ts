/**
 * In what a manufacturer's routers differ from the gNOI specification. All that Vecino knows of manufacturers stands in
 * this file; everything else follows a field of this type, whoever set it.
 *
 * Not here, because the driver takes it from every target: an InstallError with a gRPC error after it (the message wins),
 * and a boot time in the units of an older OpenConfig model (its version tells, see `gnmi-facets.ts`).
 */
export interface Deviations {
  /** There is no `no_reboot`: Activate is to be sent without it, reboots at once, and is the point of no return. */
  readonly activateReboots: boolean;
  /**
   * One Install and one Activate serve all supervisors, even where Verify says `individual_supervisor_install`, a field that
   * is younger (https://github.com/openconfig/gnoi/pull/112) than this behaviour.
   */
  readonly wholeChassisInstall: boolean;
  /** Verify says "in-progress" from Activate until the reboot begins, and not only while the new image starts. */
  readonly inProgressBeforeReboot: boolean;
}

/** https://github.com/openconfig/gnoi/blob/main/os/os.proto */
export const SPECIFICATION: Deviations = {
  activateReboots: false,
  wholeChassisInstall: false,
  inProgressBeforeReboot: false,
};

interface Manufacturer {
  /** First word of `/components/component/state/mfg-name` of the chassis, in small letters. */
  readonly name: string;
  readonly deviations: Partial<Deviations>;
}

const MANUFACTURERS: readonly Manufacturer[] = [
  {
    name: 'cisco',
    deviations: {
      // IOS XR answers `activate_error { detail: "no_reboot not supported" }`, and is upgraded there without it:
      // https://github.com/openconfig/featureprofiles/tree/main/feature/gnoi (the manufacturer's own os_install tests), and the
      // deviation that was made for it: https://github.com/openconfig/featureprofiles/pull/675
      activateReboots: true,
      // "For Cisco we also do not need transfer and activate for standby rp":
      // https://github.com/openconfig/featureprofiles/pull/622
      wholeChassisInstall: true,
      // "when noreboot is set to false, the device returns in-progress before initiating the reboot":
      // https://github.com/openconfig/featureprofiles/blob/main/feature/gnoi/os/tests/osinstall/osinstall_test.go
      inProgressBeforeReboot: true,
    },
  },
  {
    name: 'juniper',
    deviations: {
      // "For Junos Evolved image transfer and activate standby are not needed":
      // https://github.com/openconfig/featureprofiles/issues/424
      wholeChassisInstall: true,
    },
  },
];

/** What to expect of a router by its manufacturer's name; one that is not known, or not told, follows the specification. */
export function deviationsOf(manufacturer: string | undefined): Deviations {
  const first = manufacturer
    ?.trim()
    .toLowerCase()
    .match(/^[a-z]+/)?.[0];
  const known = MANUFACTURERS.find(({ name }) => name === first);
  return { ...SPECIFICATION, ...known?.deviations };
}
