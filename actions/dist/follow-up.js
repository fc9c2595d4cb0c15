import { followUp } from './opensarlab.js';
await followUp();
