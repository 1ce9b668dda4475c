// Reads QR codes: from the camera, and from pictures. Loaded when the first of them is wanted.
//
//   camera ──frames──┐                      ┌─▶ scan-worker.js, a thread that may be ended
//                    ├─▶ grey ──▶ Decoder ──┤
//   picture ─────────┘                      └─▶ scan.js here, where there can be no thread
//
// Frames, pictures and texts are dropped at once: nothing is stored, logged or sent.

const LONGEST_FRAME = 1280;
const LONGEST_PICTURE = 4096;
const DRAWING = 1024;
const MOST_BYTES = 20e6;
const FRAME_MS = 100;
const DECODE_MS = 4_000;
const LOAD_MS = 30_000;
const RESTARTS = 3;
const SAME_TEXT_MS = 3_000;
/** A camera that shows nothing for so long is black: on some phones it stays so. */
const BLACK_MS = 8_000;

/** What a camera's frames are tried as, in turn: few attempts each, since the next one comes soon. */
const TURNS = [
  { attempt: 0 },
  { attempt: 0, centre: true },
  { attempt: 1 },
  { attempt: 2, centre: true },
  { attempt: 0 },
  { attempt: 3, centre: true },
];
/** The part of the shorter side that the centre is, and the pixels it is enlarged to. */
const CENTRE = 0.6;
const CENTRE_SIDE = 720;

/** Why a camera gives nothing, by the error's name; all others are `failed`. */
const STATES = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
  InsecureError: 'insecure',
};

/**
 * A scanner: `camera(video)`, `pick(index)`, `light(on)`, `image(blob)`, `close()`.
 *
 * `onState` hears of the camera: `starting`, `running`, or why not: `denied`, `missing`, `busy`,
 * `insecure`, `black`, `failed`. With `running` comes what there is to choose: `{ cameras, at, torch }`, the
 * names of all cameras, which one it is, and whether it has a light. `onText` hears what the camera
 * reads, the same text not twice in three seconds.
 */
export function openScanner({ onText, onState }) {
  const decoder = new Decoder();
  const camera = new Camera(decoder, onText, onState);
  return {
    /** Opens the rear camera, shows it in `video`, and reads until `close`. Also after a failure. */
    camera(video) {
      decoder.open();
      camera.open(video);
    },
    /** Goes on with that one of the cameras. */
    pick: (index) => camera.pick(index),
    /** Turns the camera's light on or off. */
    light: (on) => camera.light(on),
    /**
     * The texts in a picture. Rejects with an error whose `code` is `image_too_large`,
     * `image_unreadable`, `scanner_failed` or `closed`.
     */
    image(blob) {
      decoder.open();
      return readImage(decoder, blob);
    },
    close() {
      camera.close();
      decoder.close();
    },
  };
}

/** The scanner that each element uses now. */
const used = new WeakMap();

/**
 * Has the scanner of an element show the `camera` in the given video, `pick` another one by its index, put its
 * `light` on or off, read an `image`, or `close`. `tell` hears `text` and the text, `image` and its texts or what
 * is wrong with it, or else the camera's state and what there is to choose; and nothing once it is closed, or
 * something else is shown or read.
 */
export async function scan(element, tell, verb, given) {
  const before = used.get(element);
  if (verb === 'pick' || verb === 'light') return before?.[verb](given);
  before?.close();
  used.delete(element);
  if (verb === 'close') return;
  const heard = (...told) => { if (used.get(element) === scanner) tell(...told); };
  const scanner = openScanner({ onText: (text) => heard('text', text), onState: heard });
  used.set(element, scanner);
  if (verb === 'camera') return scanner.camera(given);
  heard('image', await scanner.image(given).catch(({ code }) => code));
}

class Camera {
  #decoder;
  #onText;
  #onState;
  #video = null;
  #stream = null;
  #on = false;
  /** The cameras that there are, and the one that was picked. */
  #devices = [];
  #picked = null;
  /** Changes whenever the camera goes on or off: whoever waited meanwhile sees that it is over. */
  #run = 0;
  #recent = new Set();

  constructor(decoder, onText, onState) {
    this.#decoder = decoder;
    this.#onText = onText;
    this.#onState = onState;
  }

  open(video) {
    this.close();
    this.#video = video;
    document.addEventListener('visibilitychange', this.#look);
    addEventListener('pagehide', this.#rest);
    addEventListener('pageshow', this.#look);
    this.#look();
  }

  close() {
    document.removeEventListener('visibilitychange', this.#look);
    removeEventListener('pagehide', this.#rest);
    removeEventListener('pageshow', this.#look);
    this.#rest();
    this.#recent.clear();
    this.#video = null;
  }

  pick(index) {
    this.#picked = this.#devices[index]?.deviceId ?? null;
    if (!this.#on) return;
    this.#rest();
    this.#start();
  }

  light(on) {
    const [track] = this.#stream?.getVideoTracks() ?? [];
    track?.applyConstraints({ advanced: [{ torch: on }] }).catch(() => {});
  }

  /** Off while nobody can see the page, and on again. */
  #look = () => {
    if (document.hidden) this.#rest();
    else if (!this.#on) this.#start();
  };

  #rest = () => {
    this.#on = false;
    this.#run += 1;
    stop(this.#stream);
    this.#stream = null;
    if (this.#video) this.#video.srcObject = null;
  };

  #fail(state) {
    this.close();
    this.#onState(state);
  }

  async #start() {
    const run = ++this.#run;
    this.#on = true;
    this.#onState('starting');
    // What hears this may close the scanner.
    if (run !== this.#run) return;
    try {
      const stream = await someCamera(this.#picked);
      if (run !== this.#run) return stop(stream);
      this.#stream = stream;
      for (const track of stream.getTracks()) {
        track.addEventListener('ended', () => run === this.#run && this.#fail('failed'));
      }
      Object.assign(this.#video, { muted: true, playsInline: true, autoplay: true, srcObject: stream });
      await this.#watch(run, await this.#choices(stream));
    } catch (error) {
      if (run === this.#run) this.#fail(STATES[error?.name] ?? 'failed');
    }
  }

  /** What there is to choose. Cameras have names once one of them is allowed. */
  async #choices(stream) {
    const [track] = stream.getVideoTracks();
    const { deviceId } = track.getSettings();
    const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    this.#devices = devices.filter(({ kind }) => kind === 'videoinput');
    const at = this.#devices.findIndex((device) => device.deviceId === deviceId);
    return {
      cameras: at < 0 ? [] : this.#devices.map(({ label }, index) => label || String(index + 1)),
      at: Math.max(at, 0),
      torch: Boolean(track.getCapabilities?.().torch),
    };
  }

  /** Reads frame after frame: the next one is taken when the last one was read. */
  async #watch(run, choices) {
    const canvas = document.createElement('canvas');
    const video = this.#video;
    const since = performance.now();
    let turn = 0;
    while (run === this.#run) {
      const next = pause(FRAME_MS);
      if (!turn && performance.now() - since > BLACK_MS) return this.#fail('black');
      // A node that is moved within the page stops playing.
      if (video.paused) video.play().catch(() => {});
      if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth) {
        if (!turn) this.#onState('running', choices);
        if (run !== this.#run) return;
        const { attempt, centre } = TURNS[turn % TURNS.length];
        turn += 1;
        const { texts } = await this.#decoder.read(frame(canvas, video, centre), attempt).catch((error) => {
          if (this.#decoder.gone) throw error;
          return { texts: [] };
        });
        if (run !== this.#run) return;
        for (const text of texts) this.#hear(text, run);
      }
      await next;
    }
  }

  #hear(text, run) {
    if (run !== this.#run || this.#recent.has(text)) return;
    this.#recent.add(text);
    setTimeout(() => this.#recent.delete(text), SAME_TEXT_MS);
    this.#onText(text);
  }
}

/** The picked camera, or the rear one, or any. */
async function someCamera(picked) {
  // A page that is not secure has no `mediaDevices`.
  if (!isSecureContext) throw new DOMException('this page is not secure', 'InsecureError');
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException('no camera here', 'NotFoundError');
  const which = picked ? { deviceId: { exact: picked } } : { facingMode: 'environment' };
  const video = { ...which, width: { ideal: 1280 }, height: { ideal: 720 } };
  return navigator.mediaDevices.getUserMedia({ audio: false, video });
}

function stop(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

function frame(canvas, video, centre) {
  const { videoWidth: width, videoHeight: height } = video;
  if (centre) {
    const side = Math.round(Math.min(width, height) * CENTRE);
    return grey(canvas, CENTRE_SIDE, CENTRE_SIDE, (context) => {
      context.drawImage(video, (width - side) / 2, (height - side) / 2, side, side, 0, 0, CENTRE_SIDE, CENTRE_SIDE);
    });
  }
  const scale = Math.min(1, LONGEST_FRAME / Math.max(width, height));
  return scaled(canvas, video, width * scale, height * scale);
}

async function readImage(decoder, blob) {
  const image = await picture(blob);
  let died = null;
  for (let attempt = 0, more = true; more; attempt += 1) {
    try {
      const read = await decoder.read({ ...image, luma: image.luma.slice() }, attempt);
      if (read.texts.length) return read.texts;
      ({ more } = read);
    } catch (error) {
      if (decoder.gone) throw error;
      // This attempt was too much for it, another one need not be.
      died = error;
    }
  }
  if (died) throw died;
  return [];
}

async function picture(blob) {
  if (blob.size > MOST_BYTES) throw problem('image_too_large');
  try {
    const canvas = document.createElement('canvas');
    if (blob.type.startsWith('image/svg')) {
      const drawing = await drawn(blob);
      const { naturalWidth: width, naturalHeight: height } = drawing;
      const scale = DRAWING / Math.max(width, height);
      return width ? scaled(canvas, drawing, width * scale, height * scale) : scaled(canvas, drawing, DRAWING, DRAWING);
    }
    const bitmap = await createImageBitmap(blob);
    const { width, height } = bitmap;
    const scale = Math.min(1, LONGEST_PICTURE / Math.max(width, height));
    const image = scaled(canvas, bitmap, width * scale, height * scale);
    bitmap.close();
    return image;
  } catch (cause) {
    throw problem('image_unreadable', cause);
  }
}

/** `createImageBitmap` takes no SVG. As an image it runs no script and loads nothing. */
async function drawn(blob) {
  const reader = new FileReader();
  const url = await new Promise((resolve, reject) => {
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

function scaled(canvas, source, width, height) {
  const [whole, high] = [width, height].map((side) => Math.max(1, Math.round(side)));
  return grey(canvas, whole, high, (context) => context.drawImage(source, 0, 0, whole, high));
}

/** What is drawn, on white, as a byte a pixel. */
function grey(canvas, width, height, draw) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  draw(context);
  const { data } = context.getImageData(0, 0, width, height);
  const luma = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < luma.length; at += 1, from += 4) {
    luma[at] = (data[from] * 77 + data[from + 1] * 150 + data[from + 2] * 29) >> 8;
  }
  return { luma, width, height };
}

/** One attempt on one picture at a time, by a reader that is replaced when it dies of one. */
class Decoder {
  #reader = null;
  #deaths = 0;
  #threads = 'unknown';
  #starting = null;
  #last = Promise.resolve();
  #closed = false;

  open() {
    if (this.gone) this.#deaths = 0;
    this.#closed = false;
  }

  close() {
    this.#closed = true;
    this.#reader?.then((reader) => reader.end(), () => {});
    this.#starting?.end();
    this.#reader = null;
  }

  /** It died too often: there will be no other reader until `open`. */
  get gone() {
    return this.#closed || this.#deaths > RESTARTS;
  }

  /** `{ texts, more }`: what attempt number `attempt` found, and whether there is a next one. */
  read(image, attempt) {
    const read = this.#last.then(() => this.#read(image, attempt));
    this.#last = read.catch(() => {});
    return read;
  }

  async #read(image, attempt) {
    if (this.#closed) throw problem('closed');
    if (this.gone) throw problem('scanner_failed');
    try {
      this.#reader ??= this.#start();
      return await (await this.#reader).read(image, attempt);
    } catch (cause) {
      if (this.#closed) throw problem('closed');
      this.#reader = null;
      this.#deaths += 1;
      throw problem('scanner_failed', cause);
    }
  }

  async #start() {
    if (this.#threads !== 'none') {
      try {
        const thread = new Thread();
        this.#starting = thread;
        await thread.ready;
        this.#threads = 'had';
        return thread;
      } catch (cause) {
        // Only where there was never one: what kills a thread must not come here.
        if (this.#threads === 'had' || cause === HUNG || this.#closed) throw cause;
      } finally {
        this.#starting = null;
      }
    }
    const here = await Here.load();
    this.#threads = 'none';
    return here;
  }
}

const HUNG = problem('hung');

/** Where a page asks for Trusted Types, a thread's address must be vouched for: it is always this one. */
let vouched;
function threadAddress() {
  const { href } = new URL('scan-worker.js', import.meta.url);
  vouched ??= globalThis.trustedTypes?.createPolicy('threegate-scanner', { createScriptURL: () => href });
  return vouched?.createScriptURL('') ?? href;
}

class Thread {
  #worker = new Worker(threadAddress(), { type: 'module' });
  #settle = null;
  ready = this.#ask(LOAD_MS);

  constructor() {
    this.#worker.addEventListener('message', ({ data }) => this.#settle?.(data.trapped ? problem('trapped') : null, data));
    for (const kind of ['error', 'messageerror']) {
      this.#worker.addEventListener(kind, (event) => {
        event.preventDefault();
        this.#settle?.(problem('thread'));
      });
    }
  }

  read(image, attempt) {
    const answer = this.#ask(DECODE_MS);
    this.#worker.postMessage({ ...image, attempt }, [image.luma.buffer]);
    return answer;
  }

  end() {
    this.#worker.terminate();
    this.#settle?.(problem('ended'));
  }

  /** The next message, or the end of the thread. */
  #ask(milliseconds) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle(HUNG), milliseconds);
      this.#settle = (error, data) => {
        clearTimeout(timer);
        this.#settle = null;
        if (!error) return resolve(data);
        this.#worker.terminate();
        return reject(error);
      };
    });
  }
}

/** Where the widget's files are another origin's, or a policy forbids threads. */
class Here {
  static #loaded = 0;
  #module;

  static async load() {
    // A module that trapped, or was not to be had, stays so for its address.
    const tries = Here.#loaded;
    Here.#loaded += 1;
    const module = await import(new URL(tries ? `scan.js?try=${tries}` : 'scan.js', import.meta.url));
    const wasm = fetch(new URL('scan_bg.wasm', import.meta.url), { credentials: 'omit' });
    await module.default({ module_or_path: wasm });
    return new Here(module);
  }

  constructor(module) {
    this.#module = module;
  }

  async read({ luma, width, height }, attempt) {
    await idle();
    const { attempts, read } = this.#module;
    return { texts: read(luma, width, height, attempt), more: attempt + 1 < attempts() };
  }

  end() {}
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const idle = () => new Promise((resolve) => {
  if ('requestIdleCallback' in window) requestIdleCallback(resolve, { timeout: 500 });
  else setTimeout(resolve, 50);
});

function problem(code, cause) {
  return Object.assign(new Error(code, { cause }), { code });
}
