// Relays: a board of eight behind a shift register
function Board(send) { this.send = send; this.state = 0; }
Board.prototype.set = function (n, on) {
  this.state = on ? this.state | (1 << n) : this.state & ~(1 << n);
  this.send(this.state);
};
var board = new Board(shift);
board.set(0, true); board.set(7, true); board.set(0, false);
function shift(bits) { print("bits " + ("0000000" + bits.toString(2)).slice(-8)); }
