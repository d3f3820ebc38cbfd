// Says in one sentence what is wrong when the checkout's scripts meet a Node that can't run TypeScript files.
// Plain JavaScript, so that an old Node gets as far as the sentence.
const needed = [22, 18];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  console.error(
    `This checkout runs its TypeScript directly, which needs Node ${needed.join('.')} or newer; this is ${process.version}. ` +
      'On Linux and Windows `npm ci` brings Node 24 along (run things through `npm run` or `npx`); elsewhere install Node 24 first.',
  );
  process.exit(1);
}
