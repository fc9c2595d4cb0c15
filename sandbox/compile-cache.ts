import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Where Node keeps what it has compiled (NODE_COMPILE_CACHE, nodejs.org/api/module.html#module-compile-cache). The same actions
 * and stand-ins are started hundreds of times, and compiling is half of what a start costs. Entries are named by content, so
 * that several sandboxes can share them.
 */
export const compileCache = { NODE_COMPILE_CACHE: join(tmpdir(), 'opensarlab-sandbox-compiled') };
