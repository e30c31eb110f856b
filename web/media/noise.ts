// A picture that cannot be compressed, so that an encoder sends as much as it is allowed. For the connection check only.

const WIDTH = 320;
const HEIGHT = 240;
const FRAMES_PER_SECOND = 30;

export const createNoise = (): { readonly track: MediaStreamTrack; readonly stop: () => void } => {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext('2d', { alpha: false });
  const [track] = canvas.captureStream(FRAMES_PER_SECOND).getVideoTracks();
  if (!context || !track) throw new Error('this browser cannot draw');
  const image = context.createImageData(WIDTH, HEIGHT);
  const pixels = new Uint32Array(image.data.buffer);
  let seed = 1;

  const draw = (): void => {
    for (let index = 0; index < pixels.length; index += 1) {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) | 0;
      pixels[index] = seed | 0xff_00_00_00;
    }
    context.putImageData(image, 0, 0);
  };
  draw();
  const timer = setInterval(draw, 1000 / FRAMES_PER_SECOND);

  return {
    track,
    stop: () => {
      clearInterval(timer);
      track.stop();
    },
  };
};
