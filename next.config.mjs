/**
 * The page is static: the host serves the exported files and no server rendering shares a thread with media.
 * @type {import("next").NextConfig}
 */
const config = {
	output: "export",
	reactStrictMode: true,
	devIndicators: false,
	images: { unoptimized: true },
};

export default config;
