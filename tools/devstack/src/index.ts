export { cacheDir } from './cache-dir.js';
export { unfinished, withCacheLock } from './cache-lock.js';
export { claim, isClaimed } from './claim.js';
export { type DevstackError, devstackError, type DevstackFault, isDevstackError } from './fault.js';
export { findExecutable } from './find-executable.js';
export { findJava, INSTALL_JAVA, type Java, NEEDED_JAVA } from './java.js';
export { prepareGoTool } from './go-tools.js';
export { INSTALL_JDK, type JavaClients, prepareJavaClients } from './java-clients.js';
export { isKafkaCached, kafkaCacheDir } from './kafka-install.js';
export { type KafkaCluster, startKafkaCluster } from './kafka-cluster.js';
export { type KafkaAlias, kafkaClusterId, kafkaProperties } from './kafka-server.js';
export { AVRO_VERSION, KAFKA_VERSION } from './manifest.js';
export { type Exit, type ManagedProcess } from './managed-process.js';
export { racingForPorts } from './port-race.js';
export { choosePort, isPortFree, LOOPBACK, type StackPorts, USUAL_PORTS } from './ports.js';
export { createLineProgress, type Detail, formatElapsed, type Progress, silentProgress } from './progress.js';
export { INSTALL_PYTHON, preparePython } from './prepare-python.js';
export { type NamedTemporal, namedTemporal } from './named-temporal.js';
export { preparePrometheus, type PrometheusPrograms } from './prometheus-install.js';
export { pingRedis } from './redis-server.js';
export {
  findReadyLine,
  type ReadyLine,
  type Service,
  type ServiceSpec,
  startService,
} from './start-service.js';
export { type CommandOptions, runCommand } from './run-command.js';
export {
  type RunningPart,
  type Stack,
  type StackOptions,
  type StackPart,
  startStack,
} from './start-stack.js';
export { type ProcessSpec, Supervisor } from './supervisor.js';
export { cachedTemporal, INSTALL_TEMPORAL, temporalOnPath } from './temporal-install.js';
export { DYNAMIC_CONFIG, greetTemporal, SEARCH_ATTRIBUTES } from './temporal-server.js';
