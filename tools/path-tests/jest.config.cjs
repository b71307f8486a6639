module.exports = { displayName: 'path-tests', preset: '../../jest.preset.cjs' };
