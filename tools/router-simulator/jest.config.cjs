module.exports = { displayName: 'router-simulator', preset: '../../jest.preset.cjs' };
