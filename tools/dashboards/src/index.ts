export { withoutZero } from './expressions.js';
export { isOverTime, type Panel, queriesOf, type Query } from './panel.js';
export type { Page, Variable } from './page.js';
export { PAGES } from './pages/index.js';
export { RUN } from './proof/proving-run.js';
export { type AnswerSeries, complaints, isRightThousandfold, type Right } from './proof/right.js';
export { type Filling, fillVariables } from './proof/fill-variables.js';
