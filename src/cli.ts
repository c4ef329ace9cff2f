#!/usr/bin/env node
/** Entry of `belfry`: finds the home, becomes its owner, runs one command, gives an exit status. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { main } = await import('./commands/main.ts');
process.exitCode = await main(process);
