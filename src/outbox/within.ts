import type { Environment } from './environment.js';

/**
 * Settles as the work does, or rejects when that takes longer than `ms`: neither a database nor a token function is sure to
 * answer. Where `moving` says that there is progress, it gets as long again.
 */
export function within<T>(environment: Environment, ms: number, work: PromiseLike<T>, moving?: () => boolean): Promise<T> {
  let timer: unknown;
  const limit = new Promise<never>((_, reject) => {
    // Looked at twice: after a sleep or a long task the timer may come before the answers that have been waiting.
    let looks = 0;
    const check = () => {
      if (moving?.()) looks = 0;
      if (looks++ > 1) reject(new Error(`no answer within ${ms} ms`));
      else timer = environment.setTimer(check, ms / 2);
    };
    check();
  });
  return Promise.race([work, limit]).finally(() => environment.clearTimer(timer));
}
