import { useEffect, useState } from "preact/hooks";

/** A state that changes as a whole and tells whoever shows it. */
export class Store<State extends object> {
  state: State;
  readonly #listeners = new Set<() => void>();

  constructor(state: State) {
    this.state = state;
  }

  set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** The state of a store; the component is shown anew when it changes. */
export function useStore<State extends object>(store: Store<State>): State {
  const [, show] = useState(store.state);
  useEffect(() => {
    show(store.state);
    return store.subscribe(() => show(store.state));
  }, [store]);
  return store.state;
}
