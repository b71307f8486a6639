module.exports = { displayName: 'tenancy', preset: '../../jest.preset.cjs' };
