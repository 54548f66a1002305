import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { digestOf, isDone, isFile, markDone, nodeProgram, root, run, SetupError } from "./step.mjs";

const folder = join(root, "out");

/** Builds the page into `out/`, with each text file compressed beside it. */
export async function buildPage() {
	const digest = digestOf([
		"app",
		"public",
		"signaling/protocol",
		"signaling/client.ts",
		"signaling/backoff.ts",
		"setup/page.mjs",
		"next.config.mjs",
		"postcss.config.mjs",
		"package-lock.json",
	]);
	if (isDone("page", digest) && isFile(join(folder, "index.html"))) return;
	await cutTypeFace();
	const next = join(root, "node_modules", "next", "dist", "bin", "next");
	await run("Building the page", nodeProgram(), [next, "build"], {
		env: { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" },
	});
	relocate(join(folder, "index.html"), "./");
	relocate(join(folder, "devices", "_.html"), "../");
	stripScripts(join(folder, "404.html"));
	connectFirst(join(folder, "devices", "_.html"));
	for (const name of readdirSync(folder, { recursive: true })) {
		if (/\.(js|css|svg|txt|woff2?)$/.test(name) && !name.endsWith(".woff2")) compress(join(folder, name));
	}
	markDone("page", digest);
}

/** What the page itself says is written with these; names in other scripts take the system's type faces. */
const CHARACTERS = `${String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 0x20 + index))}–—…’‘“”·×±→←●‹›°µ©`;

/** Cuts the page's type face (app/layout.tsx) down to the characters and weights that the page uses: to less than half. */
async function cutTypeFace() {
	const { default: subsetFont } = await import("subset-font");
	const whole = join(root, "node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2");
	const cut = await subsetFont(readFileSync(whole), CHARACTERS, {
		targetFormat: "woff2",
		variationAxes: { wght: { min: 400, max: 600 } },
	});
	mkdirSync(join(root, ".setup"), { recursive: true });
	writeFileSync(join(root, ".setup", "inter.woff2"), cut);
}

/**
 * Makes the URLs in a page relative, as only the server knows under which base path it is shown. The bundler's runtime
 * compares URLs of scripts as they are written, and takes theirs from this global.
 */
function relocate(path, root) {
	const html = readFileSync(path, "utf8");
	const relative = html
		.replaceAll(/"\/(?=_next\/|porthole\.svg)/g, `"${root}`)
		// Not in the framework's data, which tells its length.
		.replaceAll(/<style\b[\s\S]*?<\/style>/g, (style) =>
			style.replaceAll("url(/_next/", `url(${root}_next/`),
		);
	const first = `<script>TURBOPACK_CHUNK_BASE_PATH="${root}_next/"</script>`;
	writeFileSync(
		path,
		relative.replace("<head>", () => `<head>${first}`),
	);
}

/** Leaves the page for unknown addresses its theme, and nothing that is loaded: it has no one place to load from. */
function stripScripts(path) {
	const html = readFileSync(path, "utf8");
	const [theme = ""] = /<script>\(function (?:(?!<\/script>).)*porthole-theme.*?<\/script>/s.exec(html) ?? [];
	if (!theme) throw new SetupError(`The theme's script is missing in ${path}; app/layout.tsx puts it there.`);
	const bare = html
		.replaceAll(/<script\b[\s\S]*?<\/script>|<link [^>]*as="script"[^>]*>/g, "")
		.replace("<head>", () => `<head>${theme}`);
	writeFileSync(path, bare);
}

/**
 * Makes the device page connect before anything else: its bootstrap script (app/viewer/connection/bootstrap.ts) is copied to
 * the very start, and the framework's scripts are fetched but left for that script to run.
 */
function connectFirst(path) {
	const html = readFileSync(path, "utf8");
	const [first] =
		/<script>\(function \w+\((?:(?!<\/script>).)*portholeBootstrap.*?<\/script>/s.exec(html) ?? [];
	if (!first)
		throw new SetupError(
			`The bootstrap script is missing in ${path}; app/viewer/connection/bootstrap.ts puts it there.`,
		);
	const deferred = html.replace(
		/<script src="(\.\.\/_next\/[^"]+)" async=""[^>]*><\/script>/g,
		'<link rel="preload" as="script" data-script="" href="$1"/>',
	);
	writeFileSync(
		path,
		deferred.replace("<head>", () => `<head>${first}`),
	);
}

function compress(path) {
	const bytes = readFileSync(path);
	if (bytes.length < 1024) return;
	writeFileSync(`${path}.br`, brotliCompressSync(bytes));
	writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}
