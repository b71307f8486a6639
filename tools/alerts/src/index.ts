export * from './alert.js';
export { ALL_ALERTS, RULE_FILES } from './all-alerts.js';
export { OBJECTIVES, START_WITHIN_SECONDS } from './objectives.js';
export { DEFAULT_OPTIONS, ruleFiles, type RuleOptions } from './rule-file.js';
export { STATUS_LATE_SECONDS } from './tenant-alerts.js';
export * from './timing.js';
export { writeRules } from './write-rules.js';
