/** The store on SQLite keeps the contract of the port, on which everything above it relies. */
import t from 'tap';
import { deliveriesContract } from './contract/deliveries.ts';
import { emissionsContract } from './contract/emissions.ts';
import { ledgerContract } from './contract/ledger.ts';
import { mergeRequestsContract } from './contract/merge-requests.ts';
import type { Open } from './contract/open.ts';
import { othersContract } from './contract/others.ts';
import { planContract } from './contract/plan.ts';
import { pushesContract } from './contract/pushes.ts';
import { queueContract } from './contract/queue.ts';
import { repositoriesContract } from './contract/repositories.ts';
import { statusContract } from './contract/status.ts';
import { usersContract } from './contract/users.ts';
import { webhooksContract } from './contract/webhooks.ts';
import { openTestStore } from './stage.ts';

const open: Open = async t => {
  const { home, store } = openTestStore(t);
  return { store, again: async () => openTestStore(t, home).store };
};

for (const contract of [
  webhooksContract,
  pushesContract,
  queueContract,
  deliveriesContract,
  ledgerContract,
  mergeRequestsContract,
  emissionsContract,
  repositoriesContract,
  usersContract,
  statusContract,
  othersContract,
  planContract,
])
  t.test(contract.name, async t => contract(t, open));
