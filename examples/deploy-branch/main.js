/** Settings come from the environment; see README.md. */
import { deploy } from './deploy.js';
import { receive } from './receive.js';

const {
  SECRET,
  REPOSITORY,
  CLONE_URL,
  BRANCH = 'main',
  DIRECTORY,
  PORT = '8080',
  HOST = '127.0.0.1',
} = process.env;
for (const [name, value] of Object.entries({ SECRET, REPOSITORY, CLONE_URL, DIRECTORY })) {
  if (value) continue;
  console.error(`the environment variable ${name} is wanted`);
  process.exit(2);
}

// Two secrets, separated by a space, while one replaces the other.
const server = receive(SECRET.split(' ').filter(Boolean), async event => {
  if (event.test || event.name !== 'push') return;
  const { repository, ref, deleted } = event.data;
  if (repository.full_name !== REPOSITORY || ref !== `refs/heads/${BRANCH}` || deleted) return;
  const commit = await deploy({ url: CLONE_URL, branch: BRANCH, directory: DIRECTORY });
  console.log(`deployed ${commit}`);
});
server.listen(Number(PORT), HOST, () => console.log(`listening on http://${HOST}:${server.address().port}`));
