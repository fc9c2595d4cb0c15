import { mirror } from './opensarlab.js';
await mirror();
