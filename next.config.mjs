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
	// `npm run typecheck` looks at the whole project; a start should not wait for it.
	typescript: { ignoreBuildErrors: true },
};

export default config;
