import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type RequestOptions, request } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Answer } from "./http-server.ts";
import { end } from "./x-display.ts";

const DOCUMENT = resolve(import.meta.dirname, "..", "..", "docs", "proxy.md");
const READY_WITHIN = 20_000;

/** A certificate that its own key signs. */
export interface Certificate {
	readonly certificateFile: string;
	readonly keyFile: string;
	readonly pem: string;
	close(): Promise<void>;
}

/** Makes a certificate for names, with Debian's OpenSSL. */
export async function makeCertificate(...names: readonly string[]): Promise<Certificate> {
	const folder = await mkdtemp(join(tmpdir(), "porthole-certificate-"));
	const [certificateFile, keyFile] = [join(folder, "cert.pem"), join(folder, "key.pem")];
	const san = `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}`;
	const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", keyFile];
	const rest = ["-days", "2", "-subj", `/CN=${names[0]}`, "-addext", san, "-out", certificateFile];
	await promisify(execFile)("openssl", ["req", "-x509", ...key, ...rest]);
	const pem = await readFile(certificateFile, "utf8");
	return { certificateFile, keyFile, pem, close: () => rm(folder, { recursive: true }) };
}

export interface ProxyOptions {
	/** The name that people know it by. */
	readonly host: string;
	/** Where it listens, of 127.0.0.1. */
	readonly port: number;
	/** Where Porthole listens. */
	readonly upstream: number;
	readonly certificate: Certificate;
}

/** A program that terminates TLS before Porthole. */
export interface ReverseProxy {
	close(): Promise<void>;
}

/** Debian's nginx, with what the documentation tells people to write. */
export async function startNginx(options: ProxyOptions): Promise<ReverseProxy> {
	const folder = await mkdtemp(join(tmpdir(), "porthole-nginx-"));
	const snippet = filled(await snippetOf("nginx"), {
		...ofEvery(options),
		"listen 443 ssl": `listen 127.0.0.1:${options.port} ssl`,
		"server_name example.org": `server_name ${options.host}`,
	});
	const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
		(name) => `${name}_temp_path ${join(folder, name)};`,
	);
	const file = join(folder, "nginx.conf");
	await writeFile(
		file,
		[
			"daemon off;",
			"master_process off;",
			`pid ${join(folder, "pid")};`,
			"error_log stderr;",
			"events {}",
			`http { access_log off; ${temporary.join(" ")}\n${snippet}\n}`,
		].join("\n"),
	);
	return start("/usr/sbin/nginx", ["-e", "stderr", "-p", folder, "-c", file], folder, options.port);
}

/** Debian's Caddy, with what the documentation tells people to write. */
export async function startCaddy(options: ProxyOptions): Promise<ReverseProxy> {
	const folder = await mkdtemp(join(tmpdir(), "porthole-caddy-"));
	const site = { "example.org {": `https://${options.host}:${options.port} {` };
	const snippet = filled(await snippetOf("caddy"), { ...ofEvery(options), ...site });
	const global = "{\n\tadmin off\n\tdefault_bind 127.0.0.1\n\tauto_https disable_redirects\n}\n";
	const file = join(folder, "Caddyfile");
	await writeFile(file, `${global}${snippet}\n`);
	const run = ["run", "--config", file, "--adapter", "caddyfile"];
	return start("caddy", run, folder, options.port, {
		HOME: folder,
		XDG_DATA_HOME: folder,
		XDG_CONFIG_HOME: folder,
	});
}

/** What differs between a reader's machine and this one, in both programs' snippets. */
function ofEvery({ upstream, certificate }: ProxyOptions): Record<string, string> {
	return {
		"/etc/ssl/example.org.pem": certificate.certificateFile,
		"/etc/ssl/example.org.key": certificate.keyFile,
		"127.0.0.1:8400": `127.0.0.1:${upstream}`,
	};
}

/** The example of a language in `docs/proxy.md`. */
export async function snippetOf(language: "nginx" | "caddy" | "html"): Promise<string> {
	const [, snippet] =
		new RegExp(`\`\`\`${language}\n([^]*?)\n\`\`\``).exec(await readFile(DOCUMENT, "utf8")) ?? [];
	if (snippet === undefined) throw new Error(`${DOCUMENT} has no example for ${language}`);
	return snippet;
}

/** An example with what differs on this machine; fails where there is nothing to replace. */
export function filled(snippet: string, values: Readonly<Record<string, string>>): string {
	return Object.entries(values).reduce((text, [from, to]) => {
		if (!text.includes(from)) throw new Error(`the example in ${DOCUMENT} has no ${from} to replace`);
		return text.replaceAll(from, to);
	}, snippet);
}

async function start(
	program: string,
	args: readonly string[],
	folder: string,
	port: number,
	environment: Readonly<Record<string, string>> = {},
): Promise<ReverseProxy> {
	const child = spawn(program, args, {
		stdio: ["ignore", "ignore", "pipe"],
		env: { ...process.env, ...environment },
	});
	let said = "";
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		said = (said + text).slice(-20_000);
	});
	const close = async () => {
		await end(child);
		await rm(folder, { recursive: true, force: true });
	};
	try {
		await untilListening(child, port);
		return { close };
	} catch (error) {
		await close();
		throw new Error(`${program} did not start; is its Debian package installed? ${said}`, { cause: error });
	}
}

async function untilListening(child: ChildProcess, port: number): Promise<void> {
	const late = AbortSignal.timeout(READY_WITHIN);
	const gone = once(child, "exit").then(() => "gone");
	gone.catch(() => {});
	for (;;) {
		const socket = connect(port, "127.0.0.1");
		const outcome = await Promise.race([
			gone,
			once(socket, "connect").then(
				() => "listening",
				() => "not yet",
			),
		]);
		socket.destroy();
		if (outcome === "listening") return;
		if (outcome === "gone" || late.aborted) throw new Error(`nobody listens on ${port}`);
		await new Promise((next) => setTimeout(next, 20));
	}
}

/** One HTTPS request that trusts a certificate. */
export function askOverTls(
	url: string,
	{ pem }: Certificate,
	{ body, ...options }: RequestOptions & { readonly body?: string } = {},
): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const sent = request(url, { ca: pem, agent: false, ...options }, (response) => {
			const chunks: Buffer[] = [];
			response.on("data", (chunk: Buffer) => chunks.push(chunk));
			response.on("error", reject);
			response.on("end", () => {
				const { statusCode: status = 0, headers } = response;
				resolve({ status, headers, text: Buffer.concat(chunks).toString("utf8") });
			});
		});
		sent.on("error", reject);
		sent.end(body);
	});
}
