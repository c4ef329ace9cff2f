/**
 * Entry for `hooks/proc-receive`: speaks Git's protocol for that hook (githooks, "proc-receive"), version 1, and takes
 * pushes to refs/for/… as merge requests. Whatever goes wrong here refuses those refs and nothing else.
 */
import { readFileSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

const { FLUSH, PktReader, pktLine } = await import('./git/pkt-line.ts');
const { printable } = await import('./text/printable.ts');

interface Command {
  old: string;
  new: string;
  /** Byte for byte: the answer must name it so. */
  ref: Buffer;
}

/** Where the hook leaves Git's own environment, when there is an update hook to be run with it. */
const ENVIRONMENT_FD = 3;

const SWITCHED_OFF =
  'merge requests are off here; ask the admin to run `belfry install --merge-requests DIR`';
const OFF_BY_UPDATE_HOOK =
  'merge requests are off here, since this repository has an update hook; ask the admin to run `belfry install --merge-requests DIR`';

const { values } = parseArgs({ options: { home: { type: 'string' }, hooks: { type: 'string' } } });
const reader = new PktReader(process.stdin);
const [hello] = await reader.section();
const [version, features = ''] = hello?.toString('latin1').split('\0') ?? [];
if (values.home === undefined || version !== 'version=1') {
  process.stderr.write(`belfry: wanted version=1 of git, got ${printable(version ?? 'nothing')}\n`);
  process.exitCode = 1;
} else {
  const offered = features.split(' ');
  const taken = ['push-options', 'atomic'].filter(feature => offered.includes(feature));
  process.stdout.write(Buffer.concat([pktLine(`version=1\0${taken.join(' ')}`), FLUSH]));
  const commands = (await reader.section()).map(readCommand);
  const options = taken.includes('push-options') ? await reader.section() : [];
  const answer = await answerAll(values.home, commands, options, taken.includes('atomic'));
  process.stdout.write(Buffer.concat([...answer, FLUSH]));
}

function readCommand(line: Buffer): Command {
  const length = line.indexOf(' ');
  return {
    old: line.toString('latin1', 0, length),
    new: line.toString('latin1', length + 1, 2 * length + 1),
    ref: line.subarray(2 * length + 2),
  };
}

async function answerAll(
  home: string,
  commands: Command[],
  options: Buffer[],
  atomic: boolean,
): Promise<Buffer[]> {
  try {
    const received = await receive(home, commands, options, atomic);
    return received.flatMap((one, at) => {
      const ref = commands[at]!.ref;
      if ('refused' in one) return [refusal(ref, one.refused)];
      const lines = [`option refname ${one.ref}`, `option old-oid ${one.old}`, `option new-oid ${one.new}`];
      if (one.forced) lines.push('option forced-update');
      return [pktLine(Buffer.concat([Buffer.from('ok '), ref])), ...lines.map(line => pktLine(line))];
    });
  } catch (error) {
    const reason = `belfry cannot take merge requests now: ${(error as Error).message}`;
    return commands.map(({ ref }) => refusal(ref, reason));
  }
}

/** Git shows the reason in parentheses behind the ref. */
function refusal(ref: Buffer, reason: string): Buffer {
  const line = printable(reason).slice(0, 300);
  return pktLine(Buffer.concat([Buffer.from('ng '), ref, Buffer.from(` ${line}`)]));
}

async function receive(home: string, commands: Command[], options: Buffer[], atomic: boolean) {
  const { repositoryLinks } = await import('./model/links.ts');
  const { accountName } = await import('./host/accounts.ts');
  const { registerRepository } = await import('./repositories/register-repository.ts');
  const { receiveRequests } = await import('./merge-requests/receive-requests.ts');
  const { isExcluded } = await import('./model/excluded.ts');
  const { addressOf } = await import('./model/full-name.ts');
  const { linkBases, resolveSettings } = await import('./settings/settings.ts');
  const { requestChoice, takesRequests } = await import('./model/request-choice.ts');
  const { askUpdateHook, hasUpdateHook, ignoresUpdateHook } = await import('./installer/update-hook.ts');
  const { openStore } = await import('./store/sqlite.ts');
  const { becomeOwner, otherAccount } = await import('./host/home-owner.ts');
  const { requireHome } = await import('./host/home.ts');
  const { identifyPusher } = await import('./model/pusher.ts');

  const { hooks } = values;
  if (hooks === undefined)
    return refuseAll(commands, "belfry's hook is of an older version; ask the admin to run `belfry install`");
  const guarded = await hasUpdateHook(hooks);
  const now = Date.now();
  const environment = new Map(Object.entries(process.env).map(([name, value]) => [name, value ?? '']));
  const { login, ...seen } = identifyPusher(environment, await accountName(process.getuid!()));
  const directory = await realpath(process.cwd());
  await becomeOwner(home);
  await requireHome(home).catch(error => {
    // Of a home of another account there is more to say.
    if (error.code !== 'permission') throw error;
  });
  const other = await otherAccount(home, process.getuid!());
  if (other !== null) {
    const refused = `merge requests need a push that runs as ${other.owner}, who owns belfry's home, not as ${other.own}`;
    return refuseAll(commands, refused);
  }
  const store = openStore({
    home,
    migrations: join(import.meta.dirname, '../migrations'),
    opening: 'use',
  });
  try {
    const { row } = await registerRepository(directory, { store, now: () => now });
    const settings = resolveSettings(await store.settings.all(), hostname());
    if (isExcluded(settings['repo.exclude'], row.full_name)) {
      const refused = `${row.full_name} is excluded by belfry's setting repo.exclude: it has no merge requests`;
      return commands.map(() => ({ refused }));
    }
    const choice = requestChoice(settings['mr.enabled'], await store.mergeRequests.choice(row));
    if (!takesRequests(choice, guarded))
      return refuseAll(commands, choice === 'unguarded' ? OFF_BY_UPDATE_HOOK : SWITCHED_OFF);
    if (await ignoresUpdateHook(hooks))
      process.stderr.write("hint: The 'update' hook was ignored because it is not executable.\n");
    const gits = guarded ? readFileSync(ENVIRONMENT_FD) : null;
    const user = await store.users.ensure(login, seen, now);
    const pushed = commands.map(({ ref, ...ids }) => ({ ...ids, ref: ref.toString('utf8') }));
    const texts = options.map(option => option.toString('utf8'));
    const received = await receiveRequests(pushed, texts, atomic, {
      store,
      settings,
      row,
      userId: user.id,
      now,
      ...(gits !== null && { ask: question => askUpdateHook(hooks, gits, question) }),
    });
    const links = repositoryLinks(linkBases(settings), addressOf(row));
    for (const one of received) {
      if ('refused' in one) continue;
      const name = `merge request !${one.number}`;
      const done = one.closing ? ' closed' : '';
      process.stderr.write(`${name}${done}: ${printable(links.mergeRequest(one.number))}\n`);
      if (one.mergeable === false) process.stderr.write(`${name} conflicts with ${printable(one.target)}\n`);
    }
    return received;
  } finally {
    store.close();
  }
}

function refuseAll(commands: readonly Command[], refused: string) {
  return commands.map(() => ({ refused }));
}
