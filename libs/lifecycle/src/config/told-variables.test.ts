import { z } from 'zod';
import { toldVariables } from './told-variables.js';

test('tells the default as an operator would set it, what is needed, and what may be left out', () => {
  const seconds = z.string().transform((text) => Number.parseInt(text, 10));
  const variables = {
    LIMIT: z.coerce.number().max(9).default(5).describe('At most 9.'),
    GRACE: seconds.prefault('20s').describe('How long.'),
    PREFIX: z.string().default('').describe('Goes before.'),
    TENANT: z.string().describe('Whose.'),
    FILE: z.string().optional().describe('A path.'),
  };
  expect(toldVariables(variables)).toEqual([
    { names: ['LIMIT'], byDefault: '`5`', meaning: 'At most 9.' },
    { names: ['GRACE'], byDefault: '`20s`', meaning: 'How long.' },
    { names: ['PREFIX'], byDefault: '', meaning: 'Goes before.' },
    { names: ['TENANT'], byDefault: 'needed', meaning: 'Whose.' },
    { names: ['FILE'], byDefault: '', meaning: 'A path.' },
  ]);
});

test('what follows with the same meaning is told together', () => {
  const path = z.string().optional().describe('Paths: both or neither.');
  expect(toldVariables({ CERT: path, KEY: path })).toEqual([
    { names: ['CERT', 'KEY'], byDefault: '', meaning: 'Paths: both or neither.' },
  ]);
});

test('a variable that does not say what it is for is a fault of ours', () => {
  expect(() => toldVariables({ FILE: z.string() })).toThrow('FILE describes itself');
});
