import { select } from './opensarlab.js';
await select();
