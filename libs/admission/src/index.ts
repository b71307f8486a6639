export { Admission, type Decision, type Entry, type Hold } from './admission.js';
export { type Candidate, type Priority } from './candidate.js';
export { type Holdback, type HoldbackRules } from './holdback.js';
export { HELD_CHARACTERS_LIMIT, type Limits, type StandStill, type StandStillCode } from './limits.js';
export { RecentIds, RECENT_IDS_LIMIT, type Remembered } from './recent-ids.js';
export { isAhead, sourceOf, type SourcePosition, type SourcePositions } from './source-positions.js';
export { standStillReason, type Wait } from './wait.js';
