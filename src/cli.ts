#!/usr/bin/env node
/** Entry of `belfry`: finds the home, becomes its owner, runs one command, gives an exit status. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// `belfry worker` is too late to ask for them: the command line has been read with the threads that there are.
if (process.argv.includes('worker')) (await import('./system/lookup-threads.ts')).makeLookupThreads();
// Installed, it has been given the same one, soon enough for this file too. Never the default: /tmp, where anybody may put one.
enableCompileCache(join(import.meta.dirname, '..', 'cache'));
// `belfry deliveries | head`: whoever reads has had enough, and that is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
const { main } = await import('./commands/main.ts');
process.exitCode = await main(process);
