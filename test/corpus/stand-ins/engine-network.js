// A network inside the engine, so that its sockets take no ports of this computer.
(() => {
  var sockets = [];
  var servers = {};
  function socket(peer) {
    sockets.push({ peer: peer, arrived: [], waiting: [], gone: false });
    return sockets.length;
  }
  require("NetworkJS").create({
    create: (host, port) => {
      var id = socket(0);
      if (host === undefined) servers[port] = id;
      else {
        sockets[id - 1].peer = socket(id);
        sockets[servers[port] - 1].waiting.push(sockets[id - 1].peer);
      }
      return id;
    },
    close: (id) => {
      var peer = sockets[id - 1].peer;
      if (peer) sockets[peer - 1].gone = true;
    },
    accept: (id) => (sockets[id - 1].waiting.length ? sockets[id - 1].waiting.shift() : -1),
    recv: (id) => {
      var one = sockets[id - 1];
      return one.arrived.length ? one.arrived.shift() : one.gone ? -1 : "";
    },
    send: (id, data) => {
      sockets[sockets[id - 1].peer - 1].arrived.push(data);
      return data.length;
    },
  });
})();
