import { scaffold } from './opensarlab.js';
await scaffold();
