// SPDX-License-Identifier: AGPL-3.0-or-later
// Waiting. How long a thing takes is the machine's to say, and whoever else is busy on it: no case measures that, and what is to come is looked at until it
// is there. Looks are counted, so that a wait for what never comes ends, and takes the longer the slower everything is.
import assert from 'node:assert/strict';

export const LOOKS = 6000, PAUSE_MS = 50; // five minutes at the least: long work has the lowest priority
/** Servers that ended as none should: nothing comes of them any more. */
export const fallen = [];
export const pause = (ms = PAUSE_MS) => new Promise((done) => setTimeout(done, ms));

/** What is read, once it is so. named: what was waited for. */
export async function until(what, read, named = '') {
  let v;
  for (let i = 0; i < LOOKS; i++) {
    v = await read();
    if (what(v)) return v;
    assert.deepEqual(fallen, [], named);
    await pause();
  }
  return assert.fail(`never: ${named} ${JSON.stringify(v)?.slice(0, 1500)}`);
}

/** Until it holds. */
export const comes = (what, holds) => until(Boolean, holds, what);
