import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Nothing but Node may be needed up here: this is the first thing that runs after a clone, before anything is installed.

const root = fileURLToPath(new URL('..', import.meta.url));

const newest = (path) => {
  if (!existsSync(path)) return 0;
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(...readdirSync(path).map((name) => newest(join(path, name))), 0);
};

const isBuilt = () => {
  const sources = ['src', 'package.json', 'rollup.config.mjs'].map((name) => newest(join(root, name)));
  return newest(join(root, 'dist')) > Math.max(...sources);
};

const startOnFreePort = async (startDemo, wanted) => {
  for (let port = wanted; port < wanted + 20; port += 1) {
    try {
      return await startDemo({ port });
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error(`The ports ${wanted} to ${wanted + 19} are all taken. Set PORT to another one.`);
};

const start = async () => {
  const { ensureInstalled } = await import('./ensure-installed.mjs');
  const { runCommand } = await import('./run-command.mjs');
  await ensureInstalled(root, { title: 'Installing packages' });
  if (!isBuilt()) await runCommand('npm', ['run', '-s', 'build'], { title: 'Building', cwd: root });

  const { startDemo } = await import('./server.mjs');
  const demo = await startOnFreePort(startDemo, Number(process.env.PORT) || 8080);
  console.log(`Demo: ${demo.url}/`);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => demo.stop().then(() => process.exit()));
  }
};

start().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
