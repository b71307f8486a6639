export { Admission, type Decision, type Entry, type Hold } from './admission.js';
export { type Candidate, type Priority } from './candidate.js';
export { HELD_CHARACTERS_LIMIT, type Limits, type StandStill } from './limits.js';
export { RecentIds, RECENT_IDS_LIMIT, type Remembered } from './recent-ids.js';
export { isAhead, sourceOf, type SourcePosition, type SourcePositions } from './source-positions.js';
export { type Wait } from './wait.js';
