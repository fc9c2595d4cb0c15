import { validate } from './opensarlab.js';
await validate();
