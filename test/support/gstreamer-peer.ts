import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Gateway } from "./foreign-clients.ts";
import type { ForeignPeer } from "./foreign-peer.ts";
import { end } from "./x-display.ts";

const PROGRAM = fileURLToPath(new URL("gstreamer-peer.py", import.meta.url));
/** Debian's, which has the bindings; another may come first in PATH. */
const PYTHON = "/usr/bin/python3";

/** Plays or publishes with GStreamer's webrtcbin, whose media ids are `video0`. Fails when it is refused. */
export async function gstreamerPeer(does: "play" | "publish", { url, token }: Gateway): Promise<ForeignPeer> {
	const program = spawn(PYTHON, [PROGRAM, does, url], {
		stdio: ["pipe", "pipe", "inherit"],
		env: { ...process.env, TOKEN: token },
	});
	const answered = Promise.withResolvers<void>();
	let frames = 0;
	createInterface({ input: program.stdout }).on("line", (line) => {
		const [kind, value] = line.split(" ", 2);
		if (kind === "answered") answered.resolve();
		else if (kind === "refused") answered.reject(new Error(`GStreamer was ${line}`));
		else if (kind === "frames") frames = Number(value);
	});
	program.once("error", answered.reject);
	program.once("exit", () => answered.reject(new Error("GStreamer ended before it was answered")));
	try {
		await answered.promise;
	} catch (error) {
		await end(program);
		throw error;
	}
	return {
		decoded: () => frames,
		close: () => {
			const gone = new Promise((resolve) => program.once("exit", resolve));
			program.stdin.end();
			return Promise.race([gone, end(program)]).then(() => end(program));
		},
	};
}
