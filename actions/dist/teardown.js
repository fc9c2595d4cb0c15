import { teardown } from './opensarlab.js';
await teardown();
