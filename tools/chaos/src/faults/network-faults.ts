import { setTimeout as sleep } from 'node:timers/promises';
import { during, everybody, type Fault } from '../fault.js';
import { type Ground } from '../ground.js';
import { type RackLink } from '../rack-link.js';
import { type Rack } from '../rack.js';

type LinkName = 'kafka' | 'temporal' | 'redis';
const LINKS: readonly LinkName[] = ['kafka', 'temporal', 'redis'];

/** Longer than a consumer's session; sometimes longer than the heartbeat of a short step too. */
const CUT_AT_LEAST_MS = 8_000;
const CUT_OVER_MS = 18_000;

const linksOf = (rack: Rack, names: readonly LinkName[]): readonly RackLink[] =>
  names.map((name) => rack[name]);

const noRedis = ({ platform }: Ground): string | undefined =>
  platform.path.platform.env['REDIS_URL'] === undefined ? 'no Redis runs' : undefined;

const cut = (names: readonly LinkName[]): Fault => ({
  summary: `the second rack is cut from ${names.join(', ')}; what was sent arrives afterwards`,
  concerns: everybody,
  ...(names.length === 1 && names[0] === 'redis' && { missing: noRedis }),
  strike: ({ rack, choices }) =>
    during(async () => {
      const links = linksOf(rack, names);
      for (const link of links) link.cut();
      try {
        await sleep(CUT_AT_LEAST_MS + choices.below(CUT_OVER_MS));
        const held = links.reduce((sum, link) => sum + link.held, 0);
        return held > 0 ? `${held} bytes held up` : undefined;
      } finally {
        for (const link of links) link.heal();
      }
    }),
});

const slow: Fault = {
  summary: 'everything takes 150 to 400 ms longer to and from the second rack',
  concerns: everybody,
  strike: ({ rack, choices }) =>
    during(async () => {
      const links = linksOf(rack, LINKS);
      const delayMs = 150 + choices.below(250);
      for (const link of links) link.slow(delayMs);
      try {
        await sleep(10_000 + choices.below(10_000));
        const open = links.reduce((sum, { connections }) => sum + connections, 0);
        return open > 0 ? `${open} connections slower by ${delayMs} ms` : undefined;
      } finally {
        for (const link of links) link.heal();
      }
    }),
};

const reset: Fault = {
  summary: 'all connections of the second rack are reset, again and again',
  concerns: everybody,
  strike: ({ rack, choices }) =>
    during(async () => {
      let ended = 0;
      for (let times = 3 + choices.below(5); times > 0; times -= 1) {
        for (const link of linksOf(rack, LINKS)) ended += link.reset();
        await sleep(300 + choices.below(1_500));
      }
      return ended > 0 ? `${ended} connections ended` : undefined;
    }),
};

export const NETWORK_FAULTS = {
  'cut-kafka': cut(['kafka']),
  'cut-temporal': cut(['temporal']),
  'cut-redis': cut(['redis']),
  'cut-rack': cut(LINKS),
  'slow-rack': slow,
  'reset-connections': reset,
} satisfies Record<string, Fault>;
