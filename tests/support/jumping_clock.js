// The phone's clock as a test sets it, the same in every tab: milliseconds ahead of the true time lie in the local
// storage, or the instant at which it stands. Only the wall clock is moved; timers and the monotonic clock go on, as on
// a phone whose clock is set.
(() => {
  const RealDate = Date;
  const ahead = () => Math.trunc(Number(localStorage.getItem('test.clock') ?? 0)); // Clocks count whole milliseconds.
  const moment = () => Number(localStorage.getItem('test.stands') ?? RealDate.now() + ahead());
  globalThis.Date = class Date extends RealDate {
    constructor(...given) {
      if (given.length) super(...given);
      else super(moment());
    }
    static now() {
      return moment();
    }
  };
})();
