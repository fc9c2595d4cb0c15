import{createRequire as __require}from'node:module';const require=__require(import.meta.url);
import{d as r}from"./shared-K4BAAGLN.js";async function g(i,t,n,o){let s=o?`${t}...${n}`:`${t}..${n}`;return(await r(["diff","--name-only","--no-renames","-z",s],{folder:i})).split("\0").filter(Boolean)}async function u(i,t,n){return await r(["show",`${t}:${n}`],{folder:i})}export{g as a,u as b};
