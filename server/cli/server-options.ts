import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { defaultStateFolder } from "../../signaling/auth/state-files.ts";
import { parsePeers, parseSite } from "../../signaling/http/ingress.ts";
import { messageOf } from "../../signaling/protocol/errors.ts";
import type { TurnOptions } from "../../signaling/turn.ts";
import type { ServerOptions } from "../options.ts";
import { badOption, flag, list, number, text, type Values, value } from "./options.ts";

/** Hosts that only this machine reaches. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;
/** RFC 7065, section 3.1. */
const TURN_URL = /^turns?:(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(:\d{1,5})?(\?transport=(udp|tcp))?$/;

/** A source expression of `frame-ancestors` with a scheme and a host (CSP 3, 2.3.1). */
const EMBEDDER = /^https?:\/\/(\*\.)?([A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\])(:\d{1,5})?$/;

/** The folder of everything that outlives a process. */
export const stateFolder = text({
	name: "state",
	value: "FOLDER",
	defaultOf: defaultStateFolder,
	defaultText: "~/.local/state/porthole",
	help: "folder of secrets, links and ids",
});

/** What every program takes that serves the page and the API. */
export const serverOptions = {
	port: number({
		name: "port",
		range: [0, 65_535],
		default: 8400,
		help: "port of the page; 0 is any free one",
	}),
	host: text({
		name: "host",
		value: "ADDRESS",
		defaultText: "localhost",
		help: "address to listen on; another than this machine's own widens as --lan does",
	}),
	lan: flag({
		name: "lan",
		default: false,
		help: "listen on all addresses, so that others on the network can reach this server",
	}),
	names: list({
		name: "name",
		value: "NAME",
		takes: "a host name, or a URL such as https://example.org/porthole",
		accepts: (given) => isHostName(given) || parseSite(given) !== undefined,
		help: "a further host name this server is known by, or the URL at which a proxy shows it, which links then name",
	}),
	trustProxy: value({
		name: "trust-proxy",
		value: "[PEERS]",
		alone: /^[^-]/,
		takes: "loopback, addresses and CIDR blocks, with commas between them",
		parse: (given) => parsePeers(given === "" ? "loopback" : given),
		defaultText: "nobody; loopback when no peers are said",
		help: "believe what these reverse proxies tell of a client: X-Forwarded-For and -Proto, or Forwarded",
	}),
	embedders: list({
		name: "embed-from",
		value: "ORIGIN",
		commas: true,
		takes: "origins such as https://example.org or https://*.example.org:8443",
		accepts: (given) => EMBEDDER.test(given),
		max: 32,
		help: "a site whose pages may show devices in a frame",
	}),
	turn: list({
		name: "turn",
		value: "URL",
		takes: "a URL such as turn:turn.example.org:3478?transport=tcp",
		accepts: (url) => TURN_URL.test(url),
		max: 8,
		help: "a TURN server for networks that let nothing else through",
	}),
	turnSecretFile: text({
		name: "turn-secret-file",
		value: "PATH",
		help: "file with the TURN server's static-auth-secret; each viewer gets credentials that end after an hour",
	}),
	turnSecret: text({ name: "turn-secret", variableOnly: true, help: "the same secret itself" }),
	stateFolder,
};

/** Throws PortholeError `bad-option`. */
export function serverOptionsOf(command: string, given: Values<typeof serverOptions>): ServerOptions {
	const { port, lan, stateFolder, embedders, trustProxy: proxies, host = lan ? "all" : "localhost" } = given;
	return {
		port,
		host,
		lan: lan || !LOOPBACK.test(host),
		names: given.names.filter(isHostName),
		sites: given.names.flatMap((name) => parseSite(name) ?? []),
		proxies,
		embedders,
		turn: turnOf(command, given),
		stateFolder,
	};
}

function isHostName(text: string): boolean {
	return isIP(text) !== 0 || text.split(".").every((label) => /^[\w-]{1,63}$/.test(label));
}

function turnOf(command: string, given: Values<typeof serverOptions>): TurnOptions | undefined {
	const { turn: urls, turnSecretFile: file } = given;
	if (urls.length === 0) return undefined;
	const secret = file === undefined ? given.turnSecret : readSecret(command, file);
	if (secret) return { urls, secret };
	throw badOption(
		command,
		"--turn needs the TURN server's secret: give --turn-secret-file PATH or PORTHOLE_TURN_SECRET.",
	);
}

function readSecret(command: string, file: string): string {
	try {
		return readFileSync(file, "utf8").trim();
	} catch (cause) {
		throw badOption(command, `--turn-secret-file ${file} could not be read: ${messageOf(cause)}.`, cause);
	}
}
