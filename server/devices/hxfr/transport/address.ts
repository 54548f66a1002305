import { hxfrError } from "../errors.ts";

/** Every CID of this machine, to listen on (vsock(7), VMADDR_CID_ANY). */
export const ANY_CID = 0xffffffff;

/** Longest path of a Unix socket, bytes: `sun_path` without its NUL. */
const MAX_PATH = process.platform === "darwin" ? 103 : 107;

/** Where the other end of a byte stream is. */
export type Address =
	| { readonly kind: "unix"; readonly path: string }
	| { readonly kind: "tcp"; readonly host: string; readonly port: number }
	| { readonly kind: "vsock"; readonly cid: number; readonly port: number }
	/** The Unix socket through which a virtual machine monitor leads to the ports of its guest. */
	| { readonly kind: "hybrid"; readonly path: string; readonly port: number }
	/** A connection that this process was given. */
	| { readonly kind: "fd"; readonly descriptor: number };

/**
 * Parses `unix:/path`, `tcp:HOST:PORT`, `vsock:CID:PORT` (`any` for every CID), `hybrid:/path:PORT` or `fd:N`. Throws
 * PortholeError `hxfr-bad-address`.
 */
export function parseAddress(text: string): Address {
	const [, kind = "", rest = ""] = /^([a-z]+):(.*)$/s.exec(text) ?? [];
	switch (kind) {
		case "unix":
			return { kind, path: socketPath(rest, text) };
		case "tcp": {
			const [, host = "", port = ""] = /^(\[[\da-fA-F:.]+\]|[\w.-]{1,253}):(\d{1,5})$/.exec(rest) ?? [];
			if (!host) throw bad(text, "write it like tcp:127.0.0.1:15937");
			return { kind, host: host.replace(/^\[|\]$/g, ""), port: number(port, 65_535, text) };
		}
		case "vsock": {
			const [, cid = "", port = ""] = /^(any|\d{1,10}):(\d{1,10})$/.exec(rest) ?? [];
			if (!cid) throw bad(text, "write it like vsock:2:5000, with a context id and a port");
			return {
				kind,
				cid: cid === "any" ? ANY_CID : number(cid, ANY_CID, text),
				port: number(port, ANY_CID, text),
			};
		}
		case "hybrid": {
			const [, path = "", port = ""] = /^(.*):(\d{1,10})$/s.exec(rest) ?? [];
			if (!path) throw bad(text, "write it like hybrid:/run/vm.sock:5000");
			// Where guests are awaited, the port is part of the path.
			return { kind, path: socketPath(path, text, `_${port}`.length), port: number(port, ANY_CID, text) };
		}
		case "fd":
			if (!/^\d{1,9}$/.test(rest)) throw bad(text, "write it like fd:3");
			return { kind, descriptor: Number(rest) };
		default:
			throw bad(text, "it begins with none of unix:, tcp:, vsock:, hybrid: and fd:");
	}
}

/** As `parseAddress` reads it. */
export function addressText(address: Address): string {
	switch (address.kind) {
		case "unix":
			return `unix:${address.path}`;
		case "tcp":
			return `tcp:${address.host.includes(":") ? `[${address.host}]` : address.host}:${address.port}`;
		case "vsock":
			return `vsock:${address.cid === ANY_CID ? "any" : address.cid}:${address.port}`;
		case "hybrid":
			return `hybrid:${address.path}:${address.port}`;
		case "fd":
			return `fd:${address.descriptor}`;
	}
}

function socketPath(path: string, text: string, more = 0): string {
	if (!path.startsWith("/") || path.includes("\0")) throw bad(text, "its path must begin with /");
	const length = Buffer.byteLength(path) + more;
	if (length > MAX_PATH) {
		throw bad(
			text,
			`its path is ${length} bytes long, and a socket's may have ${MAX_PATH}; use a shorter one`,
		);
	}
	return path;
}

function number(digits: string, max: number, text: string): number {
	const value = Number(digits);
	if (value > max) throw bad(text, `${digits} is more than ${max}`);
	return value;
}

function bad(text: string, why: string) {
	return hxfrError(
		"hxfr-bad-address",
		`The address ${JSON.stringify(text.slice(0, 200))} cannot be used: ${why}.`,
	);
}
