// The question before a creator walks away while live: asked by the router, answered in a dialog.

export class LeaveQuestion {
  isAsked = $state(false);
  #answer: (mayLeave: boolean) => void = () => undefined;

  ask(): Promise<boolean> {
    this.#answer(false); // Asked twice: the first way out is given up.
    this.isAsked = true;
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  answer(mayLeave: boolean): void {
    this.isAsked = false;
    this.#answer(mayLeave);
  }
}
