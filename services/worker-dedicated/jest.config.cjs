module.exports = { displayName: 'worker-dedicated', preset: '../../jest.preset.cjs' };
