import type { Environment } from './environment.js';

/**
 * Settles as the work does, or rejects when that takes longer than `ms`: neither a database nor a token function is sure to
 * answer. Where `moving` says that there is progress, it gets as long again.
 */
export function within<T>(environment: Environment, ms: number, work: PromiseLike<T>, moving?: () => boolean): Promise<T> {
  let timer: unknown;
  const limit = new Promise<never>((_, reject) => {
    const check = () => {
      if (moving?.()) wait();
      else reject(new Error(`no answer within ${ms} ms`));
    };
    const wait = () => {
      timer = environment.setTimer(check, ms);
    };
    wait();
  });
  return Promise.race([work, limit]).finally(() => environment.clearTimer(timer));
}
