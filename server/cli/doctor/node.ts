import type { Probe } from "./probe.ts";

const OLDEST = { major: 22, minor: 12 };

/** The Node that runs this. */
export const nodeProbe: Probe = () => {
	const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
	const good = major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
	const detail = `${process.versions.node} at ${process.execPath}`;
	if (good) return [{ name: "node", state: "good", detail }];
	const remedy = `Run npm start once (on Linux it brings its own), or install Node ${OLDEST.major}.${OLDEST.minor} or newer.`;
	return [{ name: "node", state: "bad", detail, remedy }];
};
