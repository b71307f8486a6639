module.exports = { displayName: 'upgrade', preset: '../../jest.preset.cjs' };
