/**
 * Loaded before everything else in each test file (package.json). tap has Node call it for every module that is loaded, to know
 * what a coverage report would have to cover; there is none here, and it takes half as long as starting a small test.
 */
import module from 'node:module';
import process from 'node:process';

const { registerHooks } = module;
// Only the first registration is tap's.
module.registerHooks = () => {
  module.registerHooks = registerHooks;
  return { deregister() {} };
};
// What the test starts has nothing to do with it.
delete process.env.NODE_OPTIONS;
