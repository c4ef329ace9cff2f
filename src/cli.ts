#!/usr/bin/env node
/** Entry of `belfry`: finds the home, becomes its owner, runs one command, gives an exit status. */
import { enableCompileCache } from 'node:module';

// `belfry worker` is too late to ask for them: the command line has been read with the threads that there are.
if (process.argv.includes('worker')) (await import('./system/lookup-threads.ts')).makeLookupThreads();
enableCompileCache();
const { main } = await import('./commands/main.ts');
process.exitCode = await main(process);
