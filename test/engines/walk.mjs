import { setTimeout as pause } from 'node:timers/promises';
import { judge } from './judge.mjs';

/** There is one mouse and one keyboard: whoever has them keeps them for a whole gesture. */
export const createTurns = () => {
  let last = Promise.resolve();
  return (task) => {
    const turn = last.then(task);
    last = turn.catch(() => {});
    return turn;
  };
};

const useMouse = async (page, slot, { points, waits = [] }, { hold = 0 }) => {
  const [first, ...rest] = points;
  await page.mouse.move(...first);
  await page.mouse.down();
  if (hold) await pause(hold);
  for (const [at, point] of rest.entries()) {
    await page.mouse.move(...point);
    if (waits[at]) await page.evaluate((own) => learners[own].seeking(), slot);
  }
  await page.mouse.up();
};

const perform = async (page, slot, step, inTurn) => {
  await page.evaluate((own, what) => learners[own].rest(what), slot, step);
  const act = () => page.evaluate((own, what) => learners[own].act(what), slot, step);
  if (!/^(click|drag|button|key|keys)$/.test(step.kind)) return act();
  return inTurn(async () => {
    try {
      const input = await act();
      if (!input) return;
      if (input.points) await useMouse(page, slot, input, step);
      for (const key of input.keys ?? []) await page.keyboard.press(key);
      await page.evaluate((own) => learners[own].acted(), slot);
    } finally {
      await page.evaluate((own) => learners[own].disarm(), slot);
    }
  });
};

/** One learner from the first source to the end of the player, and the judgement. */
export const walk = async (page, slot, plan, inTurn, engine) => {
  const began = Date.now();
  let trouble;
  let stall;
  let found;
  try {
    try {
      await page.evaluate((own, ...how) => void (learners[own] = createLearner(own, ...how)), slot, plan.source, engine);
      await page.evaluate((own) => learners[own].loaded(), slot);
      for (const step of plan.steps) await perform(page, slot, step, inTurn);
    } catch (error) {
      trouble = error.message.split('\n')[0];
      stall = await page.evaluate((own) => learners[own].stall(), slot);
    }
    found = await page.evaluate((own) => learners[own].end(), slot);
  } catch (error) {
    // Who drives the browser has lost it, and nothing can be asked of the page any more.
    return { problems: [`the browser is lost: ${error.message.split('\n')[0]}`], isStalled: true, milliseconds: Date.now() - began };
  }
  const verdict = judge(found, engine, Boolean(trouble));
  // Where the engine is stuck, what was recorded until then has to be true all the same.
  const isStalled = Boolean(trouble && stall && verdict.problems.length === 0);
  if (trouble) verdict.problems.unshift(stall ? `${trouble}: ${stall}` : trouble);
  return { found, ...verdict, isStalled, milliseconds: Date.now() - began };
};
