import{createRequire as __require}from'node:module';const require=__require(import.meta.url);
import{setTimeout as t}from"node:timers/promises";var n={now:()=>new Date,sleep:(o,e)=>t(o,void 0,e===void 0?{}:{signal:e})};export{n as a};
