import { conclude } from './opensarlab.js';
await conclude();
