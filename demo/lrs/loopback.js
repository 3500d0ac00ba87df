// The record store listens on every interface and has no option for it.
// It holds whatever the demo records, so it must not be reachable from the network.
const { Server } = require('node:net');

const listen = Server.prototype.listen;

Server.prototype.listen = function (port, ...rest) {
  const isPort = typeof port === 'number' || typeof port === 'string';
  if (!isPort) return listen.call(this, port, ...rest);
  const callback = rest.find((argument) => typeof argument === 'function');
  return listen.call(this, { port: Number(port), host: '127.0.0.1' }, callback);
};

// The parent may be killed without a chance to clean up.
process.on('disconnect', () => process.exit());
