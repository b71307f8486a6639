import { isWell } from '../part-table.js';
import { type Facts } from './facts.js';
import { type Finding } from './finding.js';
import { type ServerFact } from './server-facts.js';
import { type ServiceFact } from './service-facts.js';
import { type TopicFacts } from './topic-facts.js';

/** Of the platform that is named, or that runs for this clone. Nothing is said of what could not be asked. */
export const judgePlatform = ({ servers, topics, services }: Facts): Finding[] => [
  ...servers.map(judgeServer),
  ...(topics === undefined ? [] : [judgeTopics(topics)]),
  ...judgeServices(services),
];

/** Of those with which Vecino is tested (docs/howto-own-servers.md). */
const OLDEST_TEMPORAL = { major: 1, minor: 29 };

export function isTemporalTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST_TEMPORAL.major || (major === OLDEST_TEMPORAL.major && minor < OLDEST_TEMPORAL.minor);
}

function judgeServer({ name, address, fault, says, version }: ServerFact): Finding {
  const subject = name;
  if (fault !== undefined)
    return {
      subject,
      verdict: 'bad',
      found: `${address}: ${fault}`,
      fix: `start that server, correct ${VARIABLE_OF[name]}, or unset it to have one started`,
    };
  const found = `answers at ${address}: ${says}`;
  if (name !== 'Temporal' || version === undefined || !isTemporalTooOld(version))
    return { subject, verdict: 'good', found };
  return {
    subject,
    verdict: 'poor',
    found: `${found}; that is older than any with which Vecino is tested`,
    fix: 'upgrade it: docs/howto-own-servers.md says with which versions it is tested',
  };
}

const VARIABLE_OF: Readonly<Record<ServerFact['name'], string>> = {
  Kafka: 'KAFKA_BROKERS',
  Temporal: 'TEMPORAL_ADDRESS',
  Redis: 'REDIS_URL',
};

function judgeTopics({ missing, planned }: TopicFacts): Finding {
  const subject = 'topics';
  if (missing.length === 0) return { subject, verdict: 'good', found: 'those of the platform are there' };
  // A Kafka that is new has none of them.
  const verdict = missing.length === planned ? 'poor' : 'bad';
  return {
    subject,
    verdict,
    found: `missing, or hidden from these credentials: ${missing.join(', ')}`,
    fix: './vecino provision makes those that are missing, as ./vecino up does; or correct VECINO_TOPIC_PREFIX',
  };
}

function judgeServices(services: readonly ServiceFact[]): Finding[] {
  const broken = services.filter(({ health }) => !isWell(health));
  if (services.length === 0 || broken.length > 0) return broken.map(judgeService);
  const names = services.map(({ name }) => name).join(', ');
  return [{ subject: 'services', verdict: 'good', found: `well: ${names}` }];
}

function judgeService({ name, health, why, logPath }: ServiceFact): Finding {
  const log = logPath === undefined ? '' : `tail -n 50 ${logPath} shows what it said last; `;
  return {
    subject: name,
    verdict: 'bad',
    found: why === undefined ? health : `${health}: ${why}`,
    fix: `${log}docs/runbooks/service-not-ready.md says what to do`,
  };
}
