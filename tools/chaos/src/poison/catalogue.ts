import { ADDRESS_CLASSES } from './classes/address.js';
import { AVRO_CLASSES } from './classes/avro.js';
import { CODEC_CLASSES } from './classes/codec.js';
import { FRAMING_CLASSES } from './classes/framing.js';
import { HEADER_CLASSES } from './classes/header.js';
import { ID_CLASSES } from './classes/id.js';
import { JSON_CLASSES } from './classes/json.js';
import { REPETITION_CLASSES } from './classes/repetition.js';
import { SCHEMA_CLASSES } from './classes/schema.js';
import { SIZE_CLASSES } from './classes/size.js';
import { TENANT_CLASSES } from './classes/tenant.js';
import { TIME_AND_PRIORITY_CLASSES } from './classes/time-and-priority.js';
import type { PoisonClass } from './poison-class.js';

/** Every class, in the order of `POISON_GROUPS`. */
export const POISON_CLASSES: readonly PoisonClass[] = [
  ...FRAMING_CLASSES,
  ...JSON_CLASSES,
  ...AVRO_CLASSES,
  ...SCHEMA_CLASSES,
  ...CODEC_CLASSES,
  ...SIZE_CLASSES,
  ...HEADER_CLASSES,
  ...ID_CLASSES,
  ...TIME_AND_PRIORITY_CLASSES,
  ...TENANT_CLASSES,
  ...ADDRESS_CLASSES,
  ...REPETITION_CLASSES,
];
