/** Tells listeners by name; what one of them throws is reported and stops no other. */
export interface Emitter<Events> {
  listen<N extends keyof Events>(name: N, listener: (detail: Events[N]) => void): () => void;
  emit<N extends keyof Events>(name: N, detail: Events[N]): void;
}

export function createEmitter<Events>(report: (message: string, error: unknown) => void): Emitter<Events> {
  const listeners = new Map<keyof Events, Set<(detail: never) => void>>();
  return {
    listen(name, listener) {
      const those = listeners.get(name) ?? new Set();
      // The same listener may be there twice.
      const own: typeof listener = (detail) => listener(detail);
      listeners.set(name, those.add(own));
      return () => those.delete(own);
    },
    emit(name, detail) {
      const wrong = (error: unknown): void => report(`a listener of "${String(name)}" threw`, error);
      for (const listener of [...(listeners.get(name) ?? [])]) {
        try {
          // Of one that is asynchronous, what it threw is known later.
          Promise.resolve(listener(detail as never)).catch(wrong);
        } catch (error) {
          wrong(error);
        }
      }
    },
  };
}
