import { parseSize, sizesOf, sizeText } from './sizes.js';

const DEFAULTS = { requests: 20_000, caps: [10, 100] };

describe('sizes of a bench', () => {
  test('are the defaults but for what was chosen', () => {
    const chosen = parseSize('caps=1,2,3', parseSize('requests=5'));
    expect(sizesOf(DEFAULTS, {})).toEqual(DEFAULTS);
    expect(sizesOf(DEFAULTS, chosen)).toEqual({ requests: 5, caps: [1, 2, 3] });
    expect(sizeText(sizesOf(DEFAULTS, chosen))).toBe('requests=5 caps=1,2,3');
  });

  test.each(['requests', 'requests=', 'requests=x', 'requests=0', '=1', 'a=1=2'])(
    '"%s" is refused',
    (text) => {
      expect(() => parseSize(text)).toThrow('is no size');
    },
  );

  test('a size that the bench does not know, or a list where one number is wanted, is refused', () => {
    expect(() => sizesOf(DEFAULTS, { typo: [1] })).toThrow('no size "typo"; there are requests, caps');
    expect(() => sizesOf(DEFAULTS, { requests: [1, 2] })).toThrow('is one number');
  });
});
