import { INSTALL_JAVA, INSTALL_TEMPORAL } from '@vecino/devstack';
import { type Facts } from './facts.js';
import { type Finding } from './finding.js';
import { judgePlatform } from './judge-platform.js';
import { type TakenPort } from './port-facts.js';

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
    judgeGo(facts),
    judgeConfiguration(facts),
    ...judgePlatform(facts),
    judgePorts(facts),
    judgeAddresses(facts),
    judgeLab(facts),
    judgeMemory(facts),
    judgeDisk(facts),
    judgeFolders(facts),
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
    fix: 'install Node.js 20 (20.19 or later), or 22.12 or newer, from https://nodejs.org',
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
      return { subject, verdict: 'good', found: 'KAFKA_BROKERS is set: none is started' };
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
      return { subject, verdict: 'good', found: 'TEMPORAL_ADDRESS is set: none is started' };
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
      return { subject, verdict: 'good', found: 'REDIS_URL is set: none is started' };
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

function judgeGo({ go }: Facts): Finding {
  const subject = 'Go';
  if (go !== undefined) return { subject, verdict: 'good', found: go };
  return {
    subject,
    verdict: 'good',
    found: 'none; only ./vecino test needs it, for the tools of the deployment',
  };
}

function judgeConfiguration({ configuration }: Facts): Finding {
  const subject = 'settings';
  if (configuration.length === 0)
    return { subject, verdict: 'good', found: 'variables and registry file can be read' };
  return {
    subject,
    verdict: 'bad',
    found: configuration.join('; '),
    fix: 'correct or unset them: docs/configuration.md has each',
  };
}

function judgeAddresses({ takenAddresses }: Facts): Finding {
  const subject = 'addresses';
  if (takenAddresses.length === 0)
    return { subject, verdict: 'good', found: 'nobody has those of metrics and health' };
  return {
    subject,
    verdict: 'bad',
    found: `cannot be listened at: ${takenAddresses.map(takenText).join(', ')}`,
    fix: `stop who has it, choose another port, or port 0 for any free one: ${takenAddresses.map(({ name }) => `${name}=127.0.0.1:0`).join(' ')}`,
  };
}

function judgeLab({ hasLabAddresses }: Facts): Finding {
  const subject = 'loopback';
  if (hasLabAddresses) return { subject, verdict: 'good', found: '127.20.0.0/16 is this machine' };
  return {
    subject,
    verdict: 'bad',
    found: 'only 127.0.0.1 is this machine: simulated routers have addresses of their own',
    fix: 'macOS: sudo ifconfig lo0 alias 127.20.1.1, and so on for each router; or use a registry whose networks are there',
  };
}

const takenText = ({ name, port, by }: TakenPort): string =>
  `${port} (${name}) by ${by === undefined ? 'a process that we may not look at' : `${by.command}, process ${by.pid}`}`;

function judgePorts({ takenPorts }: Facts): Finding {
  const subject = 'ports';
  if (takenPorts.length === 0) return { subject, verdict: 'good', found: 'the usual ones are free' };
  return {
    subject,
    verdict: 'poor',
    found: `taken: ${takenPorts.map(takenText).join(', ')}`,
    fix: 'nothing has to be done: the next free ones are used, and ./vecino status shows which. To have the usual ones, stop who has them',
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

function judgeFolders({ unwritable }: Facts): Finding {
  const subject = 'folders';
  if (unwritable.length === 0) return { subject, verdict: 'good', found: 'cache and state can be written' };
  return {
    subject,
    verdict: 'bad',
    found: unwritable.map(({ path, why }) => `${path} cannot be written: ${why}`).join('; '),
    fix: `make it yours (chown -R "$(id -un)" ${unwritable.map(({ path }) => path).join(' ')}), or set VECINO_CACHE_DIR and VECINO_STATE_DIR to folders that are`,
  };
}

function judgeClock({ now, notBefore, skews }: Facts): Finding {
  const subject = 'clock';
  const found = new Date(now).toISOString();
  const fix = 'set the clock, and let it be kept: timedatectl set-ntp true';
  if (now < notBefore - 60_000)
    return { subject, verdict: 'bad', found: `${found}, before this clone was made`, fix };
  if (skews.length === 0) return { subject, verdict: 'good', found };
  const apart = skews.map(({ who, aheadMs }) => `${who} is ${secondsText(aheadMs)}`).join(', ');
  return {
    subject,
    verdict: 'bad',
    found: `${found}, and ${apart} of this machine`,
    fix: `${fix}, here or there`,
  };
}

const secondsText = (aheadMs: number): string =>
  `${Math.abs(Math.round(aheadMs / 1_000))} s ${aheadMs > 0 ? 'ahead' : 'behind'}`;

const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;
