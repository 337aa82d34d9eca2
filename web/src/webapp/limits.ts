import { ApiError } from '../transport/errors';

/** Lets `rate` through each second, and `burst` at once. */
export class Bucket {
  private left: number;
  private at: number;

  constructor(
    private readonly rate: number,
    private readonly burst: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.left = burst;
    this.at = now();
  }

  /** False when that is too much now; then nothing is taken. */
  take(amount = 1): boolean {
    if (this.wait(amount) > 0) return false;
    this.left -= amount;
    return true;
  }

  /** Milliseconds until so much may pass. */
  wait(amount = 1): number {
    const now = this.now();
    this.left = Math.min(this.burst, this.left + ((now - this.at) * this.rate) / 1000);
    this.at = now;
    return this.left >= amount ? 0 : Math.ceil(((amount - this.left) * 1000) / this.rate);
  }
}

/** Counts what an app says. More than anyone needs for a moment is let be; more for long is an attack. */
export class Noise {
  private readonly messages = new Bucket(40, 400);
  private readonly letters = new Bucket(1 << 18, 3 << 20);

  /** True when it has become too much. */
  hears(data: unknown): boolean {
    const isFew = this.messages.take();
    return !(this.letters.take(typeof data === 'string' ? data.length : 1024) && isFew);
  }
}

/** What an app has asked of the server in the person's name goes out one after another: the person's own calls come first. */
export class Pace {
  private readonly bucket = new Bucket(5, 20);
  private readonly waiting: { readonly go: () => void; readonly stop: (error: ApiError) => void }[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly most = 200) {}

  /** Resolves when it is this call's turn; throws when too many wait. */
  turn(): Promise<void> {
    if (this.waiting.length === 0 && this.bucket.take()) return Promise.resolve();
    if (this.waiting.length >= this.most) return Promise.reject(tooMany());
    return new Promise((go, stop) => {
      this.waiting.push({ go, stop });
      this.schedule();
    });
  }

  end(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    for (const { stop } of this.waiting.splice(0)) stop(tooMany());
  }

  private schedule(): void {
    if (this.waiting.length === 0 || this.timer !== null) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      if (this.waiting.length > 0 && this.bucket.take()) this.waiting.shift()?.go();
      this.schedule();
    }, this.bucket.wait());
  }
}

const tooMany = (): ApiError => new ApiError(429, 'rate_limited', 'too many calls at once', 1);
