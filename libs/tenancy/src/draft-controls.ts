import { type EditDraft, NO_CHANGE } from './edit-draft.js';
import { type RegistryEdit } from './registry-edit.js';
import { type Controls, type StopOrder } from './registry.js';

type ControlsEdit = Extract<
  RegistryEdit,
  { readonly kind: 'pause-platform' | 'resume-platform' | 'stop-version' | 'allow-version' }
>;

/** Orders that hold for every tenant. One that says what holds already changes nothing, whenever it is given. */
export function draftControls({ paused, stoppedVersions }: Controls, edit: ControlsEdit): EditDraft {
  switch (edit.kind) {
    case 'pause-platform':
      return saysTheSame(paused, edit.order) ? NO_CHANGE : changed({ paused: edit.order, stoppedVersions });
    case 'resume-platform':
      return paused === undefined ? NO_CHANGE : changed({ stoppedVersions });
    case 'stop-version': {
      const { softwareVersion, order } = edit;
      const known = stoppedVersions.find((one) => one.softwareVersion === softwareVersion);
      if (saysTheSame(known, order)) return NO_CHANGE;
      const others = stoppedVersions.filter((one) => one !== known);
      const stopped = [...others, { softwareVersion, ...order }].sort((a, b) =>
        a.softwareVersion < b.softwareVersion ? -1 : 1,
      );
      return changed({ ...(paused && { paused }), stoppedVersions: stopped });
    }
    case 'allow-version': {
      const others = stoppedVersions.filter((one) => one.softwareVersion !== edit.softwareVersion);
      return others.length === stoppedVersions.length
        ? NO_CHANGE
        : changed({ ...(paused && { paused }), stoppedVersions: others });
    }
  }
}

const changed = (controls: Omit<Controls, 'revision'>): EditDraft => ({ ...NO_CHANGE, controls });

const saysTheSame = (known: StopOrder | undefined, order: StopOrder): boolean =>
  known !== undefined && known.reason === order.reason && known.by === order.by;
