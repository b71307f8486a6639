module.exports = { displayName: 'gnoi', preset: '../../jest.preset.cjs' };
