import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { end } from "../support/x-display.ts";

const PROGRAM = resolve(import.meta.dirname, "..", "..", "server", "cli", "main.ts");
const START_LIMIT_MS = 20_000;

/** Porthole as its users start it, in a process of its own. */
export interface Product {
	readonly pid: number;
	/** Where the page is, such as `http://localhost:40123`. */
	readonly origin: string;
	readonly ownerToken: string;
	readonly deviceIds: readonly string[];
	close(): Promise<void>;
}

export interface ProductOptions {
	/** Device specs, such as `x11::7`. */
	readonly devices: readonly string[];
	/** Further arguments of `serve`. */
	readonly arguments?: readonly string[];
	/** Put before the command, such as `ip netns exec NAME`. */
	readonly within?: readonly string[];
	/** Folder for a CPU profile of the run (`--cpu-prof`). */
	readonly profile?: string | undefined;
}

/** Starts `porthole serve` on a free port and waits until a browser can open it. */
export async function startProduct(options: ProductOptions): Promise<Product> {
	const state = await mkdtemp(join(tmpdir(), "porthole-bench-"));
	const profiling = options.profile ? ["--cpu-prof", `--cpu-prof-dir=${resolve(options.profile)}`] : [];
	const devices = options.devices.flatMap((spec) => ["--device", spec]);
	const command = ["serve", "--port", "0", "--state", state, ...devices, ...(options.arguments ?? [])];
	const [program = "", ...rest] = [
		...(options.within ?? []),
		process.execPath,
		...profiling,
		PROGRAM,
		...command,
	];
	const child = spawn(program, rest, { stdio: ["ignore", "pipe", "inherit"] });
	const close = async () => {
		await end(child);
		await rm(state, { recursive: true, force: true });
	};
	const late = setTimeout(() => child.kill("SIGKILL"), START_LIMIT_MS);
	try {
		let deviceIds: string[] = [];
		for await (const line of createInterface({ input: child.stdout })) {
			const listed = /^Devices: (.*)$/.exec(line)?.[1];
			if (listed !== undefined) deviceIds = listed.split(", ");
			const open = /^Open (\S+?)\/#token=(\S+)$/.exec(line);
			if (!open) continue;
			child.stdout.resume();
			return { pid: child.pid as number, origin: open[1] ?? "", ownerToken: open[2] ?? "", deviceIds, close };
		}
		throw new Error(`porthole ${command.join(" ")} ended before it could be opened`);
	} catch (error) {
		await close();
		throw error;
	} finally {
		clearTimeout(late);
	}
}

/** A browser's cookie with every right, as the page gets it for the owner's token. */
export async function ownerCookie(product: Product): Promise<{ name: string; value: string; url: string }> {
	const response = await fetch(`${product.origin}/api/session`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ token: product.ownerToken }),
	});
	const [name, value] = (response.headers.get("set-cookie") ?? "").split(";", 1)[0]?.split("=", 2) ?? [];
	if (!response.ok || !name || !value) throw new Error(`no cookie for the owner: HTTP ${response.status}`);
	return { name, value, url: product.origin };
}
