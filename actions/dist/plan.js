import { plan } from './opensarlab.js';
await plan();
