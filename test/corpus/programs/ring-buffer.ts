// Sensors: the last readings in a ring, their median and trend
class Ring<T extends number> {
  private values: Float32Array;
  private next = 0;
  length = 0;
  constructor(readonly size: number) { this.values = new Float32Array(size); }
  push(...items: T[]) { for (const item of items) { this.values[this.next++ % this.size] = item; this.length = Math.min(this.next, this.size); } return this; }
  at(i: number) { return this.values[(this.next - this.length + (i < 0 ? i + this.length : i)) % this.size]; }
  toArray() { const all: number[] = []; for (let i = 0; i < this.length; i++) all.push(this.at(i)); return all; }
  get median() {
    const sorted = this.toArray().sort((a, b) => a - b), middle = sorted.length >> 1;
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
  get trend() {
    const n = this.length, mean = this.toArray().reduce((a, b) => a + b, 0) / n;
    let above = 0, below = 0;
    this.toArray().forEach((v, i) => { above += (i - (n - 1) / 2) * (v - mean); below += (i - (n - 1) / 2) ** 2; });
    return above / below;
  }
}
const ring = new Ring(5);
ring.push(21.5, 20.25, 19);
print(ring.length, ring.median, ring.at(0), ring.at(-1), ring.trend);
ring.push(100, 22.5, 23, 23.5);
print(ring.toArray().join(" "), ring.median, ring.trend.toFixed(3));
ring.push(24);
print(ring.toArray().filter(v => Math.abs(v - ring.median) < 5).map(v => v.toFixed(1)).join(), [10, 9, 1, 100].sort().join());
