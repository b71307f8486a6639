module.exports = { displayName: 'temporal', preset: '../../jest.preset.cjs' };
