// npm scripts run on the `node` package of devDependencies. Where its install script was not allowed, npm silently falls
// back to the system's Node, and the failure would show far away from its cause: so every script asks here first.
const [major] = process.versions.node.split(".").map(Number);
if (major < 24) {
  console.error(
    `Node ${process.versions.node} is running, Node 24 or newer is needed. Run "npm ci" with install scripts allowed ` +
      '(it brings Node 24 as the package "node"), or install Node 24.',
  );
  process.exit(1);
}
