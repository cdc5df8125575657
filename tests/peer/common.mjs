// SPDX-License-Identifier: AGPL-3.0-or-later
// What peer tests ask of a house.
import { until as wait } from '../wait.mjs';

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** What is answered, once it is good. */
export const until = (ask, good) => wait(good, ask);

/** Events so far, by what became of them. */
export async function figures(house) {
  const text = await (await fetch(`${house.url}/metrics`)).text();
  const figure = (name) => Number(new RegExp(`^gradus_events_${name}_total (\\d+)$`, 'm').exec(text)[1]);
  return { accepted: figure('accepted'), repeated: figure('repeated'), rejected: figure('rejected') };
}

/** The first lead that these words find. */
export async function leadOf(reader, words) {
  return (await reader.get(`/leads?q=${encodeURIComponent(words)}`)).items[0];
}

export async function timelineOf(reader, id) {
  return (await reader.get(`/leads/${id}/timeline?limit=200`)).items;
}
