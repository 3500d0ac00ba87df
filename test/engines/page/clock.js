// An hour passes as fast as it can be told; what it took is read off the real clock.
window.realNow = performance.now.bind(performance);
window.clock = { ahead: 0 };
{
  const wall = Date.now;
  performance.now = () => realNow() + clock.ahead;
  Date.now = () => wall() + Math.round(clock.ahead);
}
