import { NAME_PATTERN } from '@vecino/foundation';
import { z } from 'zod';
import { faultSchema } from './fault.js';

const version = z.string().regex(NAME_PATTERN);

/** One router. Times in milliseconds. */
export const routerConfigSchema = z.strictObject({
  routerId: z.string().regex(NAME_PATTERN),
  /** Where it listens; 127.0.0.0/8 needs no configuration of the machine. */
  address: z.union([z.ipv4(), z.ipv6()]),
  /** 0 takes any free port, and keeps it over reboots. */
  port: z.int().min(0).max(65_535).default(9339),
  runningVersion: version,
  /** Versions on its disk besides the running one. */
  installedVersions: z.array(version).default([]),
  /** Between accepting Reboot and going away. */
  rebootStartMs: z.int().min(0).default(20),
  /** How long it is away. */
  rebootMs: z.int().min(1).default(500),
  freeBytes: z
    .int()
    .min(0)
    .default(16 * 1024 ** 3),
  faults: z.array(faultSchema).default([]),
});

/** As written by hand: what has a default may be left out. */
export type RouterSettings = z.input<typeof routerConfigSchema>;
export type RouterConfig = z.output<typeof routerConfigSchema>;
