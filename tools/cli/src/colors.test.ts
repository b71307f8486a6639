import { wantsColor } from './colors.js';

const terminal = { isTTY: true };
const pipe = {};

it.each([
  [terminal, {}, true],
  [pipe, {}, false],
  [pipe, { CI: 'true' }, false],
  [terminal, { TERM: 'dumb' }, false],
  [terminal, { NO_COLOR: '1' }, false],
  [terminal, { NO_COLOR: '' }, true],
  [pipe, { FORCE_COLOR: '1' }, true],
  [pipe, { FORCE_COLOR: '' }, false],
  [terminal, { FORCE_COLOR: '0' }, false],
  [terminal, { FORCE_COLOR: 'false' }, false],
  [pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
])('%j with %j: colours are %p', (stream, env, wanted) => expect(wantsColor(stream, env)).toBe(wanted));
