import { INSTALL_JAVA, INSTALL_TEMPORAL } from '@vecino/devstack';
import { type Facts } from './facts.js';

/** `poor` works, but worse or slower than it could; `bad` will not work. */
export type Verdict = 'good' | 'poor' | 'bad';

export interface Finding {
  readonly subject: string;
  readonly verdict: Verdict;
  readonly found: string;
  /** What to do about it. */
  readonly fix?: string;
}

const GIB = 1024 ** 3;
const NEEDED_MEMORY = 1.5 * GIB;
const COMFORTABLE_MEMORY = 3 * GIB;
const NEEDED_DISK = 2 * GIB;

/** One finding per subject, in the order in which a newcomer meets them. */
export function judge(facts: Facts): Finding[] {
  return [
    judgeNode(facts),
    judgeNpm(facts),
    judgeJava(facts),
    judgeKafka(facts),
    judgeTemporal(facts),
    judgeRedis(facts),
    judgePorts(facts),
    judgeMemory(facts),
    judgeDisk(facts),
    judgeClock(facts),
  ];
}

export function isNodeNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
}

function judgeNode({ node }: Facts): Finding {
  const base = { subject: 'Node.js', found: node };
  if (isNodeNewEnough(node)) return { ...base, verdict: 'good' };
  return {
    ...base,
    verdict: 'bad',
    fix: 'install Node.js 20.19 or newer, or 22.12 or newer, from https://nodejs.org',
  };
}

function judgeNpm({ npm }: Facts): Finding {
  if (npm !== undefined) return { subject: 'npm', verdict: 'good', found: npm };
  return { subject: 'npm', verdict: 'bad', found: 'none', fix: 'install npm; it comes with Node.js' };
}

function judgeJava({ java, kafka }: Facts): Finding {
  if ('major' in java) return { subject: 'Java', verdict: 'good', found: `${java.major} (${java.path})` };
  if (kafka === 'environment') return { subject: 'Java', verdict: 'good', found: 'none, and none is needed' };
  return { subject: 'Java', verdict: 'bad', found: java.problem, fix: INSTALL_JAVA };
}

function judgeKafka({ kafka, cacheDir }: Facts): Finding {
  const subject = 'Kafka';
  switch (kafka) {
    case 'environment':
      return { subject, verdict: 'good', found: 'KAFKA_BROKERS is set' };
    case 'cache':
      return { subject, verdict: 'good', found: `ready in ${cacheDir}` };
    case 'absent':
      return {
        subject,
        verdict: 'good',
        found: 'unless KAFKA_HOME has one, 44 MB are downloaded at the first start',
      };
  }
}

function judgeTemporal({ temporal, go, cacheDir }: Facts): Finding {
  const subject = 'Temporal';
  switch (temporal) {
    case 'environment':
      return { subject, verdict: 'good', found: 'TEMPORAL_ADDRESS is set' };
    case 'machine':
      return { subject, verdict: 'good', found: 'on the PATH' };
    case 'cache':
      return { subject, verdict: 'good', found: `ready in ${cacheDir}` };
    case 'absent':
      return {
        subject,
        verdict: 'poor',
        found: `downloaded at the first start${go === undefined ? '' : `, or built with ${go} in about five minutes`}`,
        ...(go === undefined ? { fix: `if the download fails: ${INSTALL_TEMPORAL}` } : {}),
      };
  }
}

function judgeRedis({ redis }: Facts): Finding {
  const subject = 'Redis';
  switch (redis) {
    case 'environment':
      return { subject, verdict: 'good', found: 'REDIS_URL is set' };
    case 'machine':
      return { subject, verdict: 'good', found: 'on the PATH' };
    case 'absent':
      return {
        subject,
        verdict: 'poor',
        found: "not installed; Debian's packages are unpacked into the cache where apt-get exists",
        fix: 'install redis-server, or go without: limits then stay within each process',
      };
  }
}

function judgePorts({ takenPorts }: Facts): Finding {
  const subject = 'ports';
  if (takenPorts.length === 0) return { subject, verdict: 'good', found: 'the usual ones are free' };
  return {
    subject,
    verdict: 'poor',
    found: `taken: ${takenPorts.map(({ name, port }) => `${port} (${name})`).join(', ')}`,
    fix: 'nothing has to be done: the next free ones are used, and `vecino status` shows which',
  };
}

function judgeMemory({ freeMemory }: Facts): Finding {
  const base = { subject: 'memory', found: `${gib(freeMemory)} available` };
  if (freeMemory >= COMFORTABLE_MEMORY) return { ...base, verdict: 'good' };
  const fix = `close something: ${gib(COMFORTABLE_MEMORY)} are comfortable, ${gib(NEEDED_MEMORY)} needed`;
  return { ...base, verdict: freeMemory >= NEEDED_MEMORY ? 'poor' : 'bad', fix };
}

function judgeDisk({ freeDisk, cacheDir }: Facts): Finding {
  const subject = 'disk';
  if (freeDisk === undefined) return { subject, verdict: 'poor', found: `unknown for ${cacheDir}` };
  const found = `${gib(freeDisk)} free for ${cacheDir}`;
  if (freeDisk >= NEEDED_DISK) return { subject, verdict: 'good', found };
  return {
    subject,
    verdict: 'bad',
    found,
    fix: `free ${gib(NEEDED_DISK)}, or set VECINO_CACHE_DIR to another disk`,
  };
}

function judgeClock({ now, notBefore }: Facts): Finding {
  const found = new Date(now).toISOString();
  if (now >= notBefore - 60_000) return { subject: 'clock', verdict: 'good', found };
  return {
    subject: 'clock',
    verdict: 'bad',
    found: `${found}, before this clone was made`,
    fix: 'set the clock',
  };
}

const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;
