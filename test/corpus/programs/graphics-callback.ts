// Displays: a class given to Graphics.createCallback keeps its methods
interface Drawing { fillRect(a: number, b: number, c: number, d: number): void; setPixel(x: number, y: number, c?: number): void }
declare const Graphics: { createCallback(w: number, h: number, bpp: number, it: object): Drawing };
class Display {
  pixels = 0;
  setPixel(x: number, y: number, color: number) { this.pixels += color; }
  fillRect(x1: number, y1: number, x2: number, y2: number, color: number) { this.pixels += (x2 - x1 + 1) * (y2 - y1 + 1) * color; }
}
const display = new Display();
// Only the real engine has it: elsewhere the methods are called as they are.
let g: Drawing | undefined;
try { g = Graphics.createCallback(8, 8, 1, display); } catch { g = undefined; }
const target = g ?? { fillRect: (a: number, b: number, c: number, d: number) => display.fillRect(a, b, c, d, 1), setPixel: (x: number, y: number) => display.setPixel(x, y, 1) };
target.fillRect(0, 0, 3, 1); target.setPixel(5, 5, 1);
print(display.pixels);
