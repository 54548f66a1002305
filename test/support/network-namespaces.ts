import { execFile, execFileSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Both ends have it under the same name: each is alone in its namespace. */
const DEVICE = "wire";

/** Two machines on one wire, as far as the network can tell: namespaces with a pair of interfaces between them. */
export interface NetworkNamespaces {
	readonly near: NamespaceEnd;
	readonly far: NamespaceEnd;
	close(): Promise<void>;
}

export interface NamespaceEnd {
	readonly address: string;
	/** What a command line begins with to run there. */
	readonly within: readonly string[];
	/** Name of the interface at the wire. */
	readonly device: string;
	/** A program that runs another one there. */
	wrap(program: string): Promise<string>;
}

/** Whether this user may make network namespaces here. */
export function mayMakeNamespaces(): boolean {
	const name = `porthole-try-${process.pid}`;
	try {
		execFileSync("ip", ["netns", "add", name], { stdio: "ignore" });
		execFileSync("ip", ["netns", "delete", name], { stdio: "ignore" });
		return true;
	} catch {
		return false;
	}
}

/** Makes them, with names of this process's own; `close` removes them. */
export async function makeNetworkNamespaces(): Promise<NetworkNamespaces> {
	const folder = await mkdtemp(join(tmpdir(), "porthole-netns-"));
	const names = ["a", "b"].map((end) => `porthole-${process.pid}-${end}`);
	const close = async () => {
		for (const name of names) await run("ip", ["netns", "delete", name]).catch(() => {});
		await rm(folder, { recursive: true, force: true });
	};
	const [nearName = "", farName = ""] = names;
	const end = (name: string, address: string): NamespaceEnd => ({
		address,
		within: ["ip", "netns", "exec", name],
		device: DEVICE,
		async wrap(program) {
			const path = join(folder, `${name}-${program.replaceAll("/", "-")}`);
			await writeFile(path, `#!/bin/sh\nexec ip netns exec ${name} ${program} "$@"\n`);
			await chmod(path, 0o755);
			return path;
		},
	});
	const near = end(nearName, "10.77.0.1");
	const far = end(farName, "10.77.0.2");
	try {
		for (const name of names) await run("ip", ["netns", "add", name]);
		const link = ["link", "add", DEVICE, "netns", nearName, "type", "veth", "peer", "name", DEVICE];
		await run("ip", [...link, "netns", farName]);
		for (const [name, { address }] of [
			[nearName, near],
			[farName, far],
		] as const) {
			await run("ip", ["-n", name, "address", "add", `${address}/24`, "dev", DEVICE]);
			for (const device of ["lo", DEVICE]) await run("ip", ["-n", name, "link", "set", device, "up"]);
		}
		return { near, far, close };
	} catch (error) {
		await close();
		throw error;
	}
}
