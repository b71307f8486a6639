module.exports = { displayName: 'wakes', preset: '../../jest.preset.cjs' };
