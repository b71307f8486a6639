module.exports = { displayName: 'worker-shared', preset: '../../jest.preset.cjs' };
