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
/**
 * So many items of a lane keep its place while others wait for one, and for so long: what git has said of them together
 * is used up then, and need not be kept.
 */
const STRETCH = 32;
const STRETCH_MS = 1_000;

/** Items of one lane that are worked on in one go, one after the other. */
export interface Stretch<T> {
  /** Those that will follow in it, the next one first, as things stand now. */
  upcoming(): T[];
}

export interface LaneOptions<T> {
  /** A rejection puts the file back, and nothing more is begun until `resume`. */
  work: (item: T, stretch: Stretch<T>) => Promise<void>;
  inOrder: (a: T, b: T) => number;
  accountOf: (item: T) => number;
  isLarge: (item: T) => boolean;
  onFailure: (error: unknown) => void;
  /** Nothing is in flight any more, and nothing can be begun. */
  onIdle: () => void;
  slowMs?: number;
}

interface Lane<T> {
  /** In order; those before `next` have been taken. */
  items: T[];
  next: number;
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
    const first = lane.items[lane.next];
    if (lane.running || lane.queued || first === undefined) return;
    lane.queued = true;
    const account = accountOf(first);
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
      const at = queue.findIndex(([, lane]) => !(noLarge && isLarge(lane.items[lane.next]!)));
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
    const account = accountOf(lane.items[lane.next]!);
    let left = STRETCH;
    /** What another account waits for, or takes much memory, has to wait for its own turn. */
    const follows = (item: T | undefined): item is T =>
      item !== undefined && accountOf(item) === account && !isLarge(item);
    const stretch = {
      upcoming: () => {
        const next = lane.items.slice(lane.next, lane.next + Math.max(left, 0));
        const end = next.findIndex(item => !follows(item));
        return end === -1 ? next : next.slice(0, end);
      },
    };
    const flight = { account, large: isLarge(lane.items[lane.next]!), slow: false };
    flights.add(flight);
    const timer = setTimeout(() => {
      left = 0;
    }, STRETCH_MS).unref();
    do {
      left--;
      await fly(lane, flight, stretch);
    } while (!paused && left > 0 && !flight.slow && !flight.large && follows(lane.items[lane.next]));
    clearTimeout(timer);
    flights.delete(flight);
    lane.running = false;
    if (lane.next === lane.items.length) lanes.delete(key);
    else enqueue(key, lane);
    start();
  }

  async function fly(lane: Lane<T>, flight: Flight, stretch: Stretch<T>): Promise<void> {
    const item = take(lane);
    const timer = setTimeout(() => {
      flight.slow = true;
      start();
    }, slowMs).unref();
    try {
      await work(item, stretch);
    } catch (error) {
      insert(lane, item);
      paused = true;
      onFailure(error);
    }
    clearTimeout(timer);
  }

  function take(lane: Lane<T>): T {
    const item = lane.items[lane.next++]!;
    // What was taken goes when it is half of all, so that many cost no more each than few.
    if (lane.next * 2 > lane.items.length) {
      lane.items.splice(0, lane.next);
      lane.next = 0;
    }
    return item;
  }

  function insert(lane: Lane<T>, item: T): void {
    let [low, high] = [lane.next, lane.items.length];
    // Nearly always it is the last one.
    if (high > low && inOrder(lane.items[high - 1]!, item) <= 0) low = high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (inOrder(item, lane.items[middle]!) < 0) high = middle;
      else low = middle + 1;
    }
    lane.items.splice(low, 0, item);
  }

  return {
    /** Gives an item its place in its lane; `resume` begins it. */
    add(key: string, item: T): void {
      const lane = lanes.get(key) ?? { items: [], next: 0, running: false, queued: false };
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
