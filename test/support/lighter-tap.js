/**
 * Loaded before everything else in each test file (package.json): it takes from tap what costs half of the suite's time.
 *
 * tap has Node call it for every module that is loaded, to know what a coverage report would have to cover: there is none here. And it
 * has Node call it for every promise, to know which test an error belongs to that nobody has caught: without that, the file fails
 * all the same, with a report of the error that may name no test.
 */
import asyncHooks from 'node:async_hooks';
import module, { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';

const { registerHooks } = module;
// Only the first registration is tap's.
module.registerHooks = () => {
  module.registerHooks = registerHooks;
  return { deregister() {} };
};

const { createHook } = asyncHooks;
const NONE = { enable: () => NONE, disable: () => NONE };
asyncHooks.createHook = callbacks => (callbacks.init?.length === 3 ? NONE : createHook(callbacks));
syncBuiltinESMExports();

// What the test starts has nothing to do with it.
delete process.env.NODE_OPTIONS;
