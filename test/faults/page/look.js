// What lies on this computer, as somebody sees it who looks for credentials.
const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

window.look = async () => {
  const found = [];
  try {
    for (const { name } of await indexedDB.databases()) {
      const db = await settled(indexedDB.open(name));
      for (const table of db.objectStoreNames) {
        const rows = db.transaction(table).objectStore(table);
        found.push(await settled(rows.getAllKeys()), await settled(rows.getAll()));
      }
      db.close();
    }
  } catch (error) {
    found.push(String(error));
  }
  try {
    found.push(Object.entries(localStorage));
  } catch (error) {
    found.push(String(error));
  }
  return JSON.stringify(found);
};
