import { deploy } from './opensarlab.js';
await deploy();
