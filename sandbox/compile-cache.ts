import { join } from 'node:path';

/**
 * Where Node keeps what it has compiled (NODE_COMPILE_CACHE, nodejs.org/api/module.html#module-compile-cache). The same actions
 * and stand-ins are started hundreds of times, and compiling is half of what a start costs. It lies beside the code, not in the
 * folder for temporary files, where somebody else could leave what is run.
 */
export const compileCache = { NODE_COMPILE_CACHE: join(import.meta.dirname, '.compiled') };
