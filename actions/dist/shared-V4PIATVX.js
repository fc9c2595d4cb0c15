import{createRequire as __require}from'node:module';const require=__require(import.meta.url);
import"./shared-AJIINGI2.js";function e(){throw new Error("Browser detection was called, but this bundle runs in Node.")}export{e as parse};
