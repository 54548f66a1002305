import type { Metadata, Viewport } from "next";
import localFont from "next/font/local";
import type { ReactNode } from "react";
import { themeScript } from "./components/theme.ts";
import "./globals.css";

/**
 * The page's type face, served with it and cut down by setup/page.mjs; the system's own stands in until it is there, in
 * the same size.
 */
const inter = localFont({
	src: "../.setup/inter.woff2",
	weight: "400 600",
	display: "swap",
	variable: "--font-inter",
});

export const metadata: Metadata = {
	description: "Devices on a URL: open one, see it, touch it.",
	icons: { icon: "/porthole.svg" },
	referrer: "no-referrer",
};

export const viewport: Viewport = {
	width: "device-width",
	initialScale: 1,
	viewportFit: "cover",
	interactiveWidget: "resizes-content",
	themeColor: [
		{ media: "(prefers-color-scheme: light)", color: "#ffffff" },
		{ media: "(prefers-color-scheme: dark)", color: "#191c20" },
	],
};

/** What all pages share: the theme, chosen before anything is drawn. */
export default function RootLayout({ children }: { children: ReactNode }) {
	return (
		<html lang="en" className={inter.variable} suppressHydrationWarning>
			<head>
				<script dangerouslySetInnerHTML={{ __html: themeScript() }} />
			</head>
			<body>{children}</body>
		</html>
	);
}
