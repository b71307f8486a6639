export { type ComposeFile, type ComposeService, readComposeFile } from './compose-file.js';
export { type ImageLayout, performDockerfile } from './perform-dockerfile.js';
