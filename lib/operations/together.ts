interface Waiting<Q, A> {
  question: Q;
  resolve: (answer: A) => void;
  reject: (error: unknown) => void;
}

/**
 * Questions that come within one turn of the event loop are answered together, in the order they
 * came: one commit, and its sync, serves all. Where that throws each is tried by itself, so that
 * none fails for another's sake.
 */
export function together<Q, A>(answer: (questions: readonly Q[]) => A[]): (one: Q) => Promise<A> {
  let waiting: Waiting<Q, A>[] = [];

  return (question) =>
    new Promise((resolve, reject) => {
      if (waiting.push({ question, resolve, reject }) === 1) setImmediate(answerAll);
    });

  function answerAll(): void {
    const all = waiting;
    waiting = [];
    if (!tell(all) && all.length > 1) for (const one of all) tell([one]);
  }

  /** False where it threw for several: nobody was told. */
  function tell(some: readonly Waiting<Q, A>[]): boolean {
    try {
      const answers = answer(some.map(({ question }) => question));
      some.forEach(({ resolve }, at) => {
        resolve(answers[at] as A);
      });
      return true;
    } catch (error) {
      if (some.length === 1) some[0]?.reject(error);
      return false;
    }
  }
}
