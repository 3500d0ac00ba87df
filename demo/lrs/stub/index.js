// Stands in for cloud libraries that the LRS loads at start but never calls with memory storage.
// They would be 140 MB to download.
const stub = new Proxy(function () {}, {
  get: (target, name) => (name === '__esModule' ? false : name === 'default' ? target : function () {}),
  apply: () => ({}),
  construct: () => ({}),
});

module.exports = stub;
