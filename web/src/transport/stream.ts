import type { ServerEvent } from '../model';
import { backoffDelay } from './backoff';
import { systemTimers, type Timers } from './timers';

export type StreamState = 'connecting' | 'online' | 'waiting' | 'stopped';

/** The part of WebSocket that the stream uses. */
export interface Socket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(data: string): void;
  close(): void;
}

/** A frame beside the log. */
export type StreamFrame =
  | { readonly type: 'miniapp.view'; readonly data: unknown }
  | { readonly op: string; readonly nonce?: unknown; readonly error?: unknown };

export interface StreamOptions {
  /** The seq of the last event that was taken in; the stream resumes after it. */
  readonly lastSeq: () => number;
  readonly open: (after: number) => Socket;
  readonly onEvents: (events: readonly ServerEvent[]) => void;
  /** Frames that are no events of the log, at once: what mini-apps draw, and answers to what was sent here. */
  readonly onFrame?: (frame: StreamFrame) => void;
  readonly onState: (state: StreamState) => void;
  /** The token may be void: the server said so, or the handshake failed, of which a browser tells nothing. */
  readonly onRefused: () => void;
  /** The server does not have the log up to `lastSeq`: everything must be loaded anew. The stream has stopped. */
  readonly onLogChanged: () => void;
  readonly timers?: Timers;
  readonly random?: () => number;
}

/** Close codes of this server. */
const SESSION_ENDED = 4401;
const BEYOND_THE_LOG = 4409;

const BATCH_MS = 16;
const OPEN_TIMEOUT_MS = 10_000;
/** A connection that lived this long was a good one: the next failure starts from the shortest pause. */
const STABLE_MS = 5_000;

/** Keeps one WebSocket to the event log alive, and resumes by seq after every break. */
export class EventStream {
  private socket: Socket | null = null;
  private state: StreamState = 'stopped';
  private attempt = 0;
  private openedAt: number | null = null;
  private retryTimer: unknown = null;
  private openTimer: unknown = null;
  private batch: ServerEvent[] = [];
  private batchTimer: unknown = null;
  private readonly timers: Timers;
  private readonly random: () => number;

  constructor(private readonly options: StreamOptions) {
    this.timers = options.timers ?? systemTimers;
    this.random = options.random ?? Math.random;
  }

  start(): void {
    if (this.state === 'stopped') this.connect();
  }

  stop(): void {
    this.drop();
    this.setState('stopped');
  }

  /** Connects now instead of at the end of the pause: the network came back, or the person asked. */
  hurry(): void {
    if (this.state !== 'waiting') return;
    this.attempt = 0;
    this.connect();
  }

  /** Gives up a connection that may be dead without knowing it (after sleep, or a change of network). */
  renew(): void {
    if (this.state === 'stopped') return;
    this.attempt = 0;
    this.connect();
  }

  /** Sends a frame; says whether there is a connection to send it by. What gets lost with it has to be sent again. */
  send(frame: object): boolean {
    if (this.state !== 'online' || !this.socket) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  private connect(): void {
    this.drop();
    this.setState('connecting');
    const socket = this.options.open(this.options.lastSeq());
    this.socket = socket;
    this.openTimer = this.timers.set(OPEN_TIMEOUT_MS, () => this.lost(socket, null));
    socket.onopen = () => {
      if (this.socket !== socket) return;
      this.clearTimer('openTimer');
      this.openedAt = this.timers.now();
      this.setState('online');
    };
    socket.onmessage = (message) => {
      if (this.socket === socket) this.take(message.data);
    };
    socket.onclose = (event) => this.lost(socket, event.code);
  }

  private take(data: unknown): void {
    if (typeof data !== 'string') return;
    let frame: unknown;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    if (typeof frame !== 'object' || frame === null) return;
    // A page that follows the finger must not wait for a batch.
    if (isBesideTheLog(frame)) return this.options.onFrame?.(frame);
    if (typeof (frame as { type?: unknown }).type !== 'string') return;
    this.batch.push(frame as ServerEvent);
    // A long catch-up comes as thousands of frames: one rendering for each few milliseconds is enough.
    this.batchTimer ??= this.timers.set(BATCH_MS, () => this.flush());
  }

  private flush(): void {
    this.clearTimer('batchTimer');
    if (this.batch.length === 0) return;
    const events = this.batch;
    this.batch = [];
    this.options.onEvents(events);
  }

  private lost(socket: Socket, code: number | null): void {
    if (this.socket !== socket) return;
    if (code === BEYOND_THE_LOG) {
      this.stop();
      this.options.onLogChanged();
      return;
    }
    const wasOpen = this.openedAt !== null;
    if (this.openedAt !== null && this.timers.now() - this.openedAt >= STABLE_MS) this.attempt = 0;
    this.drop();
    this.setState('waiting');
    this.retryTimer = this.timers.set(backoffDelay(this.attempt, this.random()), () => this.connect());
    this.attempt += 1;
    if (!wasOpen || code === SESSION_ENDED) this.options.onRefused();
  }

  private drop(): void {
    this.clearTimer('retryTimer');
    this.clearTimer('openTimer');
    // What has arrived is good, and counts for where to resume.
    this.flush();
    this.openedAt = null;
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private clearTimer(name: 'retryTimer' | 'openTimer' | 'batchTimer'): void {
    if (this[name] !== null) this.timers.clear(this[name]);
    this[name] = null;
  }

  private setState(state: StreamState): void {
    if (state === this.state) return;
    this.state = state;
    this.options.onState(state);
  }
}

function isBesideTheLog(frame: object): frame is StreamFrame {
  const { op, type } = frame as { op?: unknown; type?: unknown };
  return typeof op === 'string' || type === 'miniapp.view';
}

/** Opens the stream in a browser; the token travels as a subprotocol, since no header can be set there. */
export function openBrowserSocket(token: string, after: number): Socket {
  const url = new URL(`/v1/stream?after=${after}`, location.href);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WebSocket(url, ['stoa.v1', `bearer.${token}`]) as unknown as Socket;
}
