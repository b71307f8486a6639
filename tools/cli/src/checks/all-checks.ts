import { type Check } from './check.js';
import { everyPlatform, oneCopy, onePinnedVersion } from './dependencies.js';
import { generated } from './generated.js';
import { integration, unit } from './jest-run.js';
import { licences } from './licences.js';
import { plantedEffect, plantedLayer } from './planted-imports.js';
import { format, lint, types } from './static-checks.js';

/** Cheap ones first, so that a slip shows early. */
export const ALL_CHECKS: readonly Check[] = [
  format,
  onePinnedVersion,
  ...oneCopy,
  everyPlatform,
  licences,
  generated,
  types,
  lint,
  plantedLayer,
  plantedEffect,
  unit,
  integration,
];
