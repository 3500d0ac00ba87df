// Counts what is held: listeners wherever they are, observers, timers. Has to come before everything else.
window.held = (() => {
  const listeners = new Map();
  const timers = new Set();
  const observers = new Set();
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const names = new WeakMap();
  let next = 0;
  const nameOf = (thing) => {
    if (!names.has(thing)) names.set(thing, (next += 1));
    return names.get(thing);
  };
  const keyOf = (target, type, listener, options) => {
    const capture = typeof options === 'object' ? Boolean(options?.capture) : Boolean(options);
    return `${target.constructor.name} ${nameOf(target)} ${type} ${nameOf(listener)} ${capture}`;
  };

  EventTarget.prototype.addEventListener = function add(type, listener, options) {
    const target = this ?? window;
    if (listener && !options?.signal?.aborted) {
      const key = keyOf(target, type, listener, options);
      listeners.set(key, type);
      const forget = () => listeners.delete(key);
      if (options?.signal) addEventListener.call(options.signal, 'abort', forget);
      if (options?.once) addEventListener.call(target, type, forget, options);
    }
    return addEventListener.call(target, type, listener, options);
  };
  EventTarget.prototype.removeEventListener = function remove(type, listener, options) {
    const target = this ?? window;
    if (listener) listeners.delete(keyOf(target, type, listener, options));
    return removeEventListener.call(target, type, listener, options);
  };

  const { setTimeout: start, clearTimeout: clear } = window;
  window.setTimeout = (run, ...more) => {
    const timer = start(() => {
      timers.delete(timer);
      run();
    }, ...more);
    timers.add(timer);
    return timer;
  };
  window.clearTimeout = (timer) => {
    timers.delete(timer);
    clear(timer);
  };

  const Observer = window.ResizeObserver;
  window.ResizeObserver = class extends Observer {
    observe(...given) {
      observers.add(this);
      super.observe(...given);
    }

    disconnect() {
      observers.delete(this);
      super.disconnect();
    }
  };

  return {
    listeners: () => [...listeners.keys()].sort(),
    timers: () => timers.size,
    observers: () => observers.size,
  };
})();
