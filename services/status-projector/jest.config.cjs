module.exports = { displayName: 'status-projector', preset: '../../jest.preset.cjs' };
