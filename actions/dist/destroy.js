import { destroy } from './opensarlab.js';
await destroy();
