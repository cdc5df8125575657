/* Two short tones: a hot lead, or a call that is due soon. Browsers play nothing before the first click on the page. */
const KEY = 'gradus.sound';
let audio: AudioContext | undefined;

export const soundOn = (): boolean => {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
};
export const setSound = (on: boolean): void => {
  try {
    localStorage.setItem(KEY, on ? 'on' : 'off');
  } catch {
    // a browser that keeps nothing plays what it always does
  }
};

export function play(kind: 'hot' | 'remind'): void {
  if (!soundOn() || typeof AudioContext === 'undefined') return;
  audio ??= new AudioContext();
  if (audio.state === 'suspended') void audio.resume();
  const at = audio.currentTime;
  (kind === 'hot' ? [660, 880] : [520, 520]).forEach((hz, i) => {
    const tone = audio!.createOscillator();
    const loud = audio!.createGain();
    tone.frequency.value = hz;
    loud.gain.setValueAtTime(0, at + i * 0.18);
    loud.gain.linearRampToValueAtTime(0.12, at + i * 0.18 + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.001, at + i * 0.18 + 0.16);
    tone.connect(loud).connect(audio!.destination);
    tone.start(at + i * 0.18);
    tone.stop(at + i * 0.18 + 0.17);
  });
}
