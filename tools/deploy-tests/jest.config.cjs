module.exports = { displayName: 'deploy-tests', preset: '../../jest.preset.cjs' };
