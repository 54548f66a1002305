/**
 * The page is static: the host serves the exported files and no server rendering shares a thread with media.
 * @type {import("next").NextConfig}
 */
const config = {
	output: "export",
	reactStrictMode: true,
	devIndicators: false,
	agentRules: false,
	images: { unoptimized: true },
	// A stylesheet on its way would hold up the device page's first script, which connects.
	experimental: { inlineCss: true },
	// `npm run typecheck` looks at the whole project; a start should not wait for it.
	typescript: { ignoreBuildErrors: true },
};

export default config;
