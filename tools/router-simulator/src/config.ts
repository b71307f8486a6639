import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { fleet } from './fleet.js';
import { routerConfigSchema } from './router-config.js';

/** What the `--config` file may hold. Paths are relative to the working folder. */
export const simulatorConfigSchema = z.strictObject({
  routers: z.array(routerConfigSchema),
  /** Folder made by `writeCertificates`; it is made when missing. Without it the routers speak plain text. */
  certificates: z.string().optional(),
  callLog: z.string().optional(),
  controlPort: z.int().min(0).max(65_535).optional(),
  seed: z.string().default('vecino'),
});

export type SimulatorConfig = z.output<typeof simulatorConfigSchema>;

export const USAGE = `usage: router-simulator --config FILE
       router-simulator --routers COUNT [--prefix NAME] [--first-address 127.20.0.1] [--port 9339]
                        [--running-version 1.0.0] [--reboot-ms 500] [--seed TEXT]
Both take: [--certificates DIR] [--calls FILE] [--control PORT]`;

/** Throws a ZodError that lists all faults, or a TypeError for an unknown option. */
export function parseConfig(argv: readonly string[]): SimulatorConfig {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      config: { type: 'string' },
      routers: { type: 'string' },
      prefix: { type: 'string', default: 'router' },
      'first-address': { type: 'string', default: '127.20.0.1' },
      port: { type: 'string', default: '9339' },
      'running-version': { type: 'string', default: '1.0.0' },
      'reboot-ms': { type: 'string', default: '500' },
      seed: { type: 'string' },
      certificates: { type: 'string' },
      calls: { type: 'string' },
      control: { type: 'string' },
    },
  });
  if (values.config === undefined && values.routers === undefined) throw new TypeError(USAGE);
  const base: unknown =
    values.config !== undefined
      ? JSON.parse(readFileSync(values.config, 'utf8'))
      : {
          routers: fleet({
            count: countOf(values.routers ?? ''),
            prefix: values.prefix,
            firstAddress: values['first-address'],
            port: Number(values.port),
            runningVersion: values['running-version'],
            rebootMs: Number(values['reboot-ms']),
          }),
        };
  return simulatorConfigSchema.parse({
    ...(typeof base === 'object' ? base : undefined),
    ...(values.seed !== undefined && { seed: values.seed }),
    ...(values.certificates !== undefined && { certificates: values.certificates }),
    ...(values.calls !== undefined && { callLog: values.calls }),
    ...(values.control !== undefined && { controlPort: Number(values.control) }),
  });
}

function countOf(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new TypeError(`--routers ${text} is no number from 1 on\n${USAGE}`);
  return count;
}
