module.exports = { displayName: 'foundation', preset: '../../jest.preset.cjs' };
