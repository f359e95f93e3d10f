/** Short sounds, made as they are played: no files, and nothing to load. */

/** @typedef {"chime" | "knock" | "drop"} Sound */

/** A tone: when it begins, how high it is and becomes, how long it lasts. @typedef {{at: number, from: number, to?: number, seconds: number, shape?: OscillatorType}} Tone */

/** @type {Record<Sound, Tone[]>} */
const tones = {
  chime: [
    { at: 0, from: 880, seconds: 0.22 },
    { at: 0.09, from: 1318.5, seconds: 0.34 },
  ],
  knock: [
    { at: 0, from: 190, to: 70, seconds: 0.09, shape: "triangle" },
    { at: 0.13, from: 170, to: 60, seconds: 0.1, shape: "triangle" },
  ],
  drop: [{ at: 0, from: 420, to: 1150, seconds: 0.14 }],
};
const loudness = 0.16;

/** @type {AudioContext | null} */
let audio = null;

/**
 * Play a sound, if the browser lets pages that nobody has touched yet make one.
 * @param {Sound} name
 * @returns {Promise<boolean>} whether it could be heard
 */
export async function play(name) {
  try {
    audio ??= new AudioContext();
    if (audio.state !== "running") await Promise.race([audio.resume(), soon()]);
    if (audio.state !== "running") return false;
    for (const tone of tones[name] ?? tones.chime) sound(audio, tone);
    return true;
  } catch {
    // No sound device, or no permission: what is to be told is on the screen anyway.
    return false;
  }
}

/** A context that may not start never answers. @returns {Promise<void>} */
const soon = () => new Promise(resolve => setTimeout(resolve, 300));

/** @param {AudioContext} context @param {Tone} tone */
function sound(context, { at, from, to = from, seconds, shape = "sine" }) {
  const start = context.currentTime + at;
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.type = shape;
  tone.frequency.setValueAtTime(from, start);
  tone.frequency.exponentialRampToValueAtTime(to, start + seconds);
  // Without a ramp at both ends it clicks.
  volume.gain.setValueAtTime(0.0001, start);
  volume.gain.exponentialRampToValueAtTime(loudness, start + 0.012);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + seconds);
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(start + seconds + 0.02);
}
