#!/usr/bin/env node
/** Entry of `belfry`: finds the home, becomes its owner, runs one command, gives an exit status. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// `belfry worker` is too late to ask for them: the command line has been read with the threads that there are.
if (process.argv.includes('worker')) (await import('./host/lookup-threads.ts')).makeLookupThreads();
// Installed, it has been given the same one, soon enough for this file too. Never the default: /tmp, where anybody may put one.
enableCompileCache(join(import.meta.dirname, '..', 'cache'));
let unsaid = false;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // `belfry deliveries | head`: whoever reads has had enough, and that is no error. A full disk is one.
    if (error.code === 'EPIPE') return;
    if (!unsaid && stream === process.stdout)
      process.stderr.write(`belfry: Cannot write standard output: ${error.message}\n`);
    unsaid = true;
    process.exitCode = 1;
  });
}
// The shell's completion waits for it at every press of a key.
const { main } =
  process.argv[2] === '--complete'
    ? await import('./commands/shell/candidates.ts')
    : await import('./commands/main.ts');
const status = await main(process);
process.exitCode = unsaid && status === 0 ? 1 : status;
