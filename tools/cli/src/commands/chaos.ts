import { guide } from '../command-guide.js';
import { type RegisterCommand } from '../command.js';
import { runToolProgram, type ToolOptions } from '../tool-program.js';

/** Of the reports of `chaos`, `chaos bulk` and `chaos flood`, as these write them. */
export const CHAOS_KEYS = {
  seed: 'of load and faults',
  date: 'when it ended, ISO 8601; of `chaos`',
  commit: 'of this repository, or `unknown`; of `chaos`',
  node: 'version of Node.js; of `chaos`',
  minutes: 'how long it was broken, or flooded; of `chaos` and `flood`',
  rate: 'how many times the usual load; of `chaos`',
  accepted: 'requests that asked a tenant that there is for an upgrade; of `chaos`',
  faults: '`kind`, `at`, `lasted_ms`, `effective`, `effect`; of `chaos`',
  skipped: 'kinds of faults that could not be made here, with why; of `chaos`',
  violations: 'of invariants: `invariant`, `subject`, `text`, `records`; of `chaos` and `bulk`',
  too_little: 'why the run shows too little; of `chaos`',
  figures: 'how each tenant fared; of `chaos`',
  requests: 'how many were sent; of `bulk`',
  seconds: 'that they took; of `bulk`',
  kills: 'how often each part was killed; of `bulk`',
  per_second: 'requests per second of all tenants together; of `flood`',
  sent: 'requests; of `flood`',
  ended: 'deployments; of `flood`',
  ends: 'how many by each reason; of `flood`',
  memory: 'of each service: `service`, `early_mib`, `late_mib`, `most_mib`, `growth`; of `flood`',
  too_large: 'services that grew more than they may, or ended; of `flood`',
  series: 'of each service: `service`, `mib`; of `flood`',
};

export const registerChaos: RegisterCommand = (program, context) => {
  const command = program
    .command('chaos')
    .description('break a platform of its own on purpose, and judge what happened; `chaos --help` lists how')
    .argument('[arguments...]', 'bulk, flood or none, and options of these')
    .option('--json <file>', 'also write the report there')
    .helpOption(false)
    .allowUnknownOption()
    .action((args: readonly string[], options: ToolOptions) =>
      runToolProgram(context, 'chaos', args, options),
    );
  guide(command, {
    examples: [
      { run: 'chaos --help', does: 'what can be broken' },
      {
        run: "chaos --minutes 20 --seed 7 --output json | jq '.violations'",
        does: 'twenty minutes of all faults, and what was violated',
      },
    ],
    prints: { form: 'object', keys: CHAOS_KEYS },
    reads: ['start'],
    exits: {
      done: 'No violation, enough work, and every fault had its effect.',
      failed: 'Not so, or there is no report.',
    },
  });
};
