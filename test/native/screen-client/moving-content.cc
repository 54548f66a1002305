#include "moving-content.h"

#include <chrono>
#include <cstdio>
#include <random>
#include <thread>

#include "clock-strip.h"

namespace porthole::check {

namespace {

/// Calls `draw(frame number)` at a rate for ever. Late frames are not made up for.
template <typename Draw>
[[noreturn]] void RunAt(double rate, Draw draw) {
	using Clock = std::chrono::steady_clock;
	const auto interval = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / rate));
	auto next = Clock::now();
	for (int frame = 0;; frame++) {
		draw(frame);
		next = std::max(next + interval, Clock::now());
		std::this_thread::sleep_until(next);
	}
}

void DrawStrip(ClientWindow& window) {
	static std::vector<std::uint32_t> strip(static_cast<std::size_t>(ClockStrip::kWidth) * ClockStrip::kHeight);
	ClockStrip::Draw(strip.data(), ClockStrip::kWidth);
	window.Put(strip, ClockStrip::kWidth, ClockStrip::kHeight);
}

}  // namespace

void RunClock(ClientWindow& window, double rate, bool whole_window) {
	if (!whole_window) RunAt(rate, [&](int) { DrawStrip(window); });
	const int width = window.width();
	std::vector<std::uint32_t> pixels(static_cast<std::size_t>(width) * window.height());
	RunAt(rate, [&](int frame) {
		for (int y = 0; y < window.height(); y++) {
			for (int x = 0; x < width; x++) {
				const bool light = ((x + frame * 2) >> 5 & 1) != (y >> 5 & 1);
				pixels[static_cast<std::size_t>(y) * width + x] = light ? 0xffd0d8e0 : 0xff405060;
			}
		}
		if (width >= ClockStrip::kWidth) ClockStrip::Draw(pixels.data(), width);
		window.Put(pixels, width, window.height());
	});
}

void RunScroll(ClientWindow& window, double rate, bool with_clock) {
	constexpr int kLineHeight = 16;
	constexpr int kLines = 64;
	constexpr int kPeriod = kLineHeight * kLines;
	constexpr int kStep = 2;
	Display* display = window.display();
	const int top = with_clock ? ClockStrip::kHeight : 0;
	const auto width = static_cast<unsigned>(window.width());
	const auto height = static_cast<unsigned>(window.height() - top);
	// Text with a period, drawn once and as tall as the window plus that period: each frame is one copy.
	const Pixmap text = XCreatePixmap(display, window.window(), width, height + kPeriod,
		static_cast<unsigned>(DefaultDepth(display, DefaultScreen(display))));
	XSetForeground(display, window.gc(), 0xfafafa);
	XFillRectangle(display, text, window.gc(), 0, 0, width, height + kPeriod);
	XSetForeground(display, window.gc(), 0x202020);
	for (int line = 0; line * kLineHeight < static_cast<int>(height) + kPeriod; line++) {
		std::string words;
		for (int word = 0; static_cast<int>(words.size()) * 6 < window.width(); word++) {
			char buffer[32];
			words.append(buffer,
				static_cast<std::size_t>(std::snprintf(buffer, sizeof buffer, "line %d word %d ", line % kLines,
					(line % kLines * 37 + word * 11) % 1000)));
		}
		XDrawString(display, text, window.gc(), 4, line * kLineHeight + 12, words.data(),
			static_cast<int>(words.size()));
	}
	RunAt(rate, [&](int frame) {
		XCopyArea(display, text, window.window(), window.gc(), 0, frame * kStep % kPeriod, width, height, 0, top);
		if (with_clock) DrawStrip(window);
		XSync(display, False);
	});
}

void RunVideo(ClientWindow& window, double rate, bool with_clock) {
	constexpr int kNoise = 1 << 16;
	std::mt19937 random(1);
	std::vector<std::uint32_t> noise(kNoise);
	for (std::uint32_t& grain : noise) grain = (random() & 0x0f) * 0x010101;
	const int width = window.width();
	std::vector<std::uint32_t> pixels(static_cast<std::size_t>(width) * window.height());
	RunAt(rate, [&](int frame) {
		for (int y = 0; y < window.height(); y++) {
			const auto blue = static_cast<std::uint32_t>((y + frame * 3) >> 2 & 0x7f);
			const std::uint32_t shift = static_cast<std::uint32_t>(y * 977 + frame * 7919);
			std::uint32_t* row = pixels.data() + static_cast<std::size_t>(y) * width;
			for (int x = 0; x < width; x++) {
				const auto red = static_cast<std::uint32_t>((x + frame * 5) >> 2 & 0x7f);
				const auto green = static_cast<std::uint32_t>((x + y - frame * 2) >> 3 & 0x7f);
				row[x] = (red << 16 | green << 8 | blue) + noise[(static_cast<std::uint32_t>(x) + shift) % kNoise];
			}
		}
		if (with_clock && width >= ClockStrip::kWidth) ClockStrip::Draw(pixels.data(), width);
		window.Put(pixels, width, window.height());
	});
}

}  // namespace porthole::check
