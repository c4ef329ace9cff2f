/**
 * Work for many repositories, a few at a time and in order within each. One that takes long holds up nobody else: after a
 * moment its place goes to the next one. Places go first to the account that has the fewest, and no account has all.
 */

/** A push is mostly waiting for git and the disk; and what a handful hold at once stays small. */
const AT_ONCE = 4;
/** What takes longer keeps its memory and its git, but no place. */
const SLOW_MS = 2_000;
/** Slow ones included. What hangs ends with the wall clock of its git. */
const MOST = 12;
const MOST_OF_ACCOUNT = 8;
/** Of files so large that a few of them would fill the memory. */
const MOST_LARGE = 3;

export interface LaneOptions<T> {
  /** A rejection puts the file back, and nothing more is begun until `resume`. */
  work: (item: T) => Promise<void>;
  inOrder: (a: T, b: T) => number;
  accountOf: (item: T) => number;
  isLarge: (item: T) => boolean;
  onFailure: (error: unknown) => void;
  /** Nothing is in flight any more, and nothing can be begun. */
  onIdle: () => void;
  slowMs?: number;
}

interface Lane<T> {
  /** Last first: the next one is taken from the end. */
  items: T[];
  running: boolean;
  queued: boolean;
}

interface Flight {
  account: number;
  large: boolean;
  slow: boolean;
}

export type Lanes<T> = ReturnType<typeof createLanes<T>>;

export function createLanes<T>(options: LaneOptions<T>) {
  const { work, inOrder, accountOf, isLarge, onFailure, onIdle, slowMs = SLOW_MS } = options;
  const lanes = new Map<string, Lane<T>>();
  /** Lanes that could begin, by the account of their next item. */
  const queues = new Map<number, [key: string, lane: Lane<T>][]>();
  const flights = new Set<Flight>();
  let paused = false;

  function enqueue(key: string, lane: Lane<T>): void {
    if (lane.running || lane.queued || lane.items.length === 0) return;
    lane.queued = true;
    const account = accountOf(lane.items.at(-1)!);
    const queue = queues.get(account);
    if (queue === undefined) queues.set(account, [[key, lane]]);
    else queue.push([key, lane]);
  }

  const count = (wanted: (flight: Flight) => boolean) => [...flights].filter(wanted).length;

  /** The next lane, taken out of its queue. */
  function next(): [string, Lane<T>] | null {
    const has = (account: number) => count(flight => flight.account === account);
    const accounts = [...queues.keys()].sort((a, b) => has(a) - has(b));
    const noLarge = count(flight => flight.large) >= MOST_LARGE;
    for (const account of accounts) {
      if (has(account) >= MOST_OF_ACCOUNT) continue;
      const queue = queues.get(account)!;
      const at = queue.findIndex(([, lane]) => !(noLarge && isLarge(lane.items.at(-1)!)));
      if (at === -1) continue;
      const [found] = queue.splice(at, 1);
      if (queue.length === 0) queues.delete(account);
      return found!;
    }
    return null;
  }

  function start(): void {
    while (!paused && flights.size < MOST && count(flight => !flight.slow) < AT_ONCE) {
      const found = next();
      if (found === null) break;
      void run(...found);
    }
    if (flights.size === 0) onIdle();
  }

  async function run(key: string, lane: Lane<T>): Promise<void> {
    lane.queued = false;
    lane.running = true;
    const item = lane.items.pop()!;
    const flight = { account: accountOf(item), large: isLarge(item), slow: false };
    flights.add(flight);
    const timer = setTimeout(() => {
      flight.slow = true;
      start();
    }, slowMs).unref();
    try {
      await work(item);
    } catch (error) {
      insert(lane, item);
      paused = true;
      onFailure(error);
    }
    clearTimeout(timer);
    flights.delete(flight);
    lane.running = false;
    if (lane.items.length === 0) lanes.delete(key);
    else enqueue(key, lane);
    start();
  }

  function insert(lane: Lane<T>, item: T): void {
    let [low, high] = [0, lane.items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (inOrder(item, lane.items[middle]!) < 0) low = middle + 1;
      else high = middle;
    }
    lane.items.splice(low, 0, item);
  }

  return {
    /** Gives an item its place in its lane; `resume` begins it. */
    add(key: string, item: T): void {
      const lane = lanes.get(key) ?? { items: [], running: false, queued: false };
      lanes.set(key, lane);
      insert(lane, item);
      enqueue(key, lane);
    },

    /** Begins what can be begun, and goes on by itself from then on. */
    resume(): void {
      paused = false;
      start();
    },

    /** What is in flight ends, and nothing more is begun. */
    pause: (): void => {
      paused = true;
    },

    inFlight: (): number => flights.size,

    /** Whether a lane has more to do, or does it. */
    has: (key: string): boolean => lanes.has(key),
  };
}
