import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import type { Product } from "../../support/product.ts";

const PROGRAM = resolve(import.meta.dirname, "main.ts");

/** What is sent; `nothing` only burns the processor, to compare with. */
export type FloodKind =
	| "nothing"
	| "connections"
	| "signaling"
	| "json"
	| "places"
	| "gateway"
	| "mute"
	| "channel";

/** A link to the product's device, as its guest has it. */
export interface Guest {
	readonly url: string;
	readonly token: string;
	readonly cookie: string;
}

/** Makes a view link, and opens it as a browser does. */
export async function inviteGuest({ origin, ownerToken, deviceIds }: Product): Promise<Guest> {
	const made = await fetch(`${origin}/api/devices/${deviceIds[0]}/grants`, {
		method: "POST",
		headers: { authorization: `Bearer ${ownerToken}`, "content-type": "application/json" },
		body: JSON.stringify({ role: "view" }),
	});
	const { url } = (await made.json()) as { url: string };
	const token = url.slice(url.lastIndexOf("=") + 1);
	const opened = await fetch(`${origin}/api/session`, {
		method: "POST",
		headers: { "content-type": "application/json", origin },
		body: JSON.stringify({ token }),
	});
	const cookie = opened.headers
		.getSetCookie()
		.map((text) => text.split(";", 1)[0])
		.join("; ");
	return { url, token, cookie };
}

/** Floods for a time, ms, from a process that gives way to others (nice 10). */
export async function flood(kind: FloodKind, product: Product, guest: Guest, length: number): Promise<void> {
	const args = [
		kind,
		product.port,
		product.deviceIds[0] ?? "",
		product.ownerToken,
		guest.token,
		guest.cookie,
		length,
	];
	const command = ["-n", "10", process.execPath, PROGRAM, ...args.map(String)];
	const child = spawn("nice", command, { stdio: ["ignore", "ignore", "inherit"] });
	await once(child, "exit");
}
